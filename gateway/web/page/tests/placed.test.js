import assert from "node:assert/strict";
import { test } from "node:test";

import { apart } from "../src/placed.js";

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

test("a place of one part, or none, is whole", () => {
  assert.deepEqual(apart("lokasi tidak diketahui"), { where: "lokasi tidak diketahui", how: [], doubts: [] });
  assert.deepEqual(apart(null), { where: "", how: [], doubts: [] });
});
