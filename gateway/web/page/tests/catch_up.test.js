import assert from "node:assert/strict";
import { test } from "node:test";

import { Place, merged, order, pause } from "../src/catch_up.js";

test("ids are compared as numbers, and not as text", () => {
  assert.ok(order("999-0", "1000-0") < 0);
  assert.ok(order("1000-10", "1000-9") > 0);
  assert.equal(order("1000-1", "1000-1"), 0);
});

test("the place in the feed never goes back", () => {
  const place = new Place();
  place.reach("1000-1");
  place.reach("999-7");
  place.reach("");
  assert.equal(place.last, "1000-1");
});

test("an entry that comes twice stands once, and a late one where it belongs", () => {
  const known = [{ id: "1-0" }, { id: "3-0" }];
  const whole = merged(known, [{ id: "3-0" }, { id: "2-0" }, { id: "2-0" }]);
  assert.deepEqual(
    whole.map(({ id }) => id),
    ["1-0", "2-0", "3-0"],
  );
});

test("where nothing is new nothing is made anew", () => {
  const known = [{ id: "1-0" }];
  assert.equal(merged(known, [{ id: "1-0" }]), known);
});

test("a first try to connect again comes within a second, and none later than seven", () => {
  for (const chance of [0, 0.5, 1]) {
    assert.ok(pause(0, chance) < 1);
    for (let tries = 0; tries < 50; tries += 1) assert.ok(pause(tries, chance) <= 7);
  }
});
