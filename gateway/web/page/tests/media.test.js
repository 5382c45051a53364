import assert from "node:assert/strict";
import { test } from "node:test";

import { withAddresses } from "../src/media.js";

const HIDDEN = [
  "c=IN IP4 0.0.0.0",
  "a=rtcp:9 IN IP4 0.0.0.0",
  "a=candidate:2182785935 1 udp 2113937151 1f4712db-0000-4000-8000-b8e1b5f0a1c2.local 60539 typ host generation 0",
  "",
].join("\r\n");

test("a browser that hides its addresses still gives ones that can be read", () => {
  assert.equal(
    withAddresses(HIDDEN),
    [
      "c=IN IP4 127.0.0.1",
      "a=rtcp:9 IN IP4 0.0.0.0",
      "a=candidate:2182785935 1 udp 2113937151 127.0.0.1 60539 typ host generation 0",
      "",
    ].join("\r\n"),
  );
});

test("what a browser tells of itself stays as it is", () => {
  const told = HIDDEN.replace("0.0.0.0", "192.0.2.7").replace(/ \S+\.local /, " 192.0.2.7 ");
  assert.equal(withAddresses(told), told);
});
