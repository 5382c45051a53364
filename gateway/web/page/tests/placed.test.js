import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, brief, short } from "../src/placed.js";

test("what speaks against a place stands apart from what is known of it", () => {
  assert.deepEqual(apart("Kel. Makasar; radius 40 m; 26 detik lalu; DIRAGUKAN: sel jaringan berjarak 2 km"), {
    where: "Kel. Makasar",
    how: ["radius 40 m", "26 detik lalu"],
    doubts: ["DIRAGUKAN: sel jaringan berjarak 2 km"],
  });
});

test("an age in the words is the one that it is by now", () => {
  assert.deepEqual(apart("Kel. Makasar; radius 40 m; 26 detik lalu", "3 menit lalu").how, [
    "radius 40 m",
    "3 menit lalu",
  ]);
  assert.deepEqual(apart("Makasar; 3 minutes ago; source: cell", "1 h ago").how, ["1 h ago", "source: cell"]);
});

test("the line that a call came by is no place", () => {
  assert.deepEqual(apart("lokasi tidak diketahui; trunk line/operator-a; wilayah Jakarta Timur"), {
    where: "lokasi tidak diketahui",
    how: ["wilayah Jakarta Timur"],
    doubts: [],
  });
});

test("a place of one part, or none, is whole", () => {
  assert.deepEqual(apart("lokasi tidak diketahui"), { where: "lokasi tidak diketahui", how: [], doubts: [] });
  assert.deepEqual(apart(null), { where: "", how: [], doubts: [] });
});

test("a place in short is its kelurahan, kecamatan and radius", () => {
  const words = "sekitar Kel. Makasar, Kec. Makasar, Jakarta Timur; -6.2 106.8; radius 40 m; 26 detik lalu; sumber: AML";
  assert.equal(brief(words), "sekitar Kel. Makasar, Kec. Makasar ±40 m");
  assert.deepEqual(short(words), { names: "sekitar Kel. Makasar, Kec. Makasar", radius: "±40 m" });
  assert.equal(brief("Kel. Makasar, Kec. Makasar, Jakarta Timur, atau Bekasi"), "Kel. Makasar, Kec. Makasar, atau Bekasi");
  assert.equal(brief("lokasi tidak diketahui; trunk line/operator-a"), "lokasi tidak diketahui");
  assert.equal(brief("-6.2 106.8; sektor, radius 2.1 km"), "-6.2 106.8 ±2,1 km");
  assert.equal(brief(null), "");
});
