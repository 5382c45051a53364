import assert from "node:assert/strict";
import { test } from "node:test";

import { spoken } from "../src/number.js";

test("a number stands in the groups in which it is read aloud", () => {
  assert.equal(spoken("+6281200000001"), "+62 812-0000-0001");
  assert.equal(spoken("+62812000000012"), "+62 812-0000-00012");
  assert.equal(spoken("+622100000001"), "+62 21-0000-0001");
  assert.equal(spoken("+62361000001"), "+62 361-000-001");
});

test("what is no number of ours stays as it is", () => {
  assert.equal(spoken("+15550100"), "+15550100");
  assert.equal(spoken("anonymous"), "anonymous");
  assert.equal(spoken(null), "");
});
