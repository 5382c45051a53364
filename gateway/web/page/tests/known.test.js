import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.CustomEvent ??= class extends Event {};
const { Known } = await import("../src/known.js");

function knowing(state) {
  const known = new Known();
  const queue = { waiting: 2, calls: [{ incident: "a" }, { incident: "b" }] };
  known.putLists({ queue, calls: [{ incident: "a", call: { state } }] });
  return known;
}

test("who rings at this desk, or talks here, waits in no queue besides", () => {
  for (const state of ["ringing", "talking", "held"]) {
    assert.deepEqual(knowing(state).queued, { count: 1, calls: [{ incident: "b" }] }, state);
  }
});

test("whose call here has ended and who is in the queue again waits", () => {
  assert.equal(knowing("ended").queued.count, 2);
});

test("where nobody knows who waits, it is not said that nobody does", () => {
  const known = new Known();
  known.putLists({ queue: { waiting: null, calls: [] } });
  assert.equal(known.queued, null);
});
