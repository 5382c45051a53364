import assert from "node:assert/strict";
import { test } from "node:test";

import { said, say, setLanguage } from "../src/words.js";

test("a value that has no word is shown as it is, and a word's places are filled", () => {
  setLanguage("en");
  assert.equal(said("nature", "fire"), "fire");
  assert.equal(said("nature", "a_new_one"), "a new one");
  assert.equal(say("list.new", { count: 3 }), "3 new");
  assert.equal(say("list.new"), "{count} new");
});

test("an unknown language is Indonesian", () => {
  assert.equal(setLanguage("xx"), "id");
  assert.equal(said("nature", "fire"), "kebakaran");
});
