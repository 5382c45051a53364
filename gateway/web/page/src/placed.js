/** A place's words taken apart: where, what is known of how, and what speaks against it. Pure. */

const AGAINST = /^(DIRAGUKAN|IN DOUBT|USANG|OLD)\b/;

/** @returns {{where: string, how: string[], doubts: string[]}} of "Kel. A; radius 40 m; IN DOUBT: …" */
export function apart(words) {
  const [where = "", ...rest] = String(words ?? "").split("; ").filter(Boolean);
  return { where, how: rest.filter((part) => !AGAINST.test(part)), doubts: rest.filter((part) => AGAINST.test(part)) };
}
