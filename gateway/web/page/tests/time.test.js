import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ago, decimals, distance, lasted, moment, setClock, timeOfDay, zoneName } from "../src/time.js";
import { setLanguage } from "../src/words.js";

const AT = Date.UTC(2026, 10, 22, 21, 5, 9) / 1000;

beforeEach(() => {
  setLanguage("id");
  setClock("Asia/Jakarta");
});

test("a wait is told in minutes and seconds, and never less than nothing", () => {
  assert.equal(lasted(7), "0:07");
  assert.equal(lasted(754.9), "12:34");
  assert.equal(lasted(3723), "1:02:03");
  assert.equal(lasted(-5), "0:00");
});

test("the time of day is that of the gateway's zone, in colons in both languages", () => {
  assert.equal(timeOfDay(AT), "04:05:09");
  setLanguage("en");
  assert.equal(timeOfDay(AT), "04:05:09");
  setClock("UTC");
  assert.equal(timeOfDay(AT), "21:05:09");
});

test("what was on another day has its day", () => {
  assert.equal(moment(AT, AT + 60), "04:05:09");
  assert.equal(moment(AT, AT + 86_400), "23 Nov 04:05");
});

test("an age is told in words, also of what is still to come", () => {
  assert.equal(ago(AT, AT + 3), "baru saja");
  assert.equal(ago(AT, AT + 200), "3 menit lalu");
  assert.equal(ago(AT + 7300, AT), "dalam 2 jam");
});

test("a distance has the language's comma, and an unknown one says so", () => {
  assert.equal(distance(35.4), "35 m");
  assert.equal(distance(1234), "1,2 km");
  assert.equal(distance(25_000), "25 km");
  assert.equal(distance(null), "radius tidak diketahui");
  setLanguage("en");
  assert.equal(distance(1234), "1.2 km");
});

test("the zone has the name that people there know, in both languages", () => {
  for (const [zone, name] of [["Asia/Jakarta", "WIB"], ["Asia/Makassar", "WITA"], ["Asia/Jayapura", "WIT"]]) {
    setClock(zone);
    for (const language of ["id", "en"]) {
      setLanguage(language);
      assert.equal(zoneName(AT), name);
    }
  }
});

test("lengths in the gateway's words are written as the page's language writes them", () => {
  assert.equal(decimals("DIRAGUKAN: sel jaringan berjarak 11.2 km"), "DIRAGUKAN: sel jaringan berjarak 11,2 km");
  assert.equal(decimals("-6.34750 106.89300"), "-6.34750 106.89300");
  setLanguage("en");
  assert.equal(decimals("11.2 km"), "11.2 km");
});
