/** A place's words taken apart: where, what is known of how, and what speaks against it. Pure. */

const AGAINST = /^(DIRAGUKAN|IN DOUBT|USANG|OLD)\b/;

const AGE = /^\d+ .*(lalu|ago)$/;

/**
 * @param words "Kel. A; radius 40 m; 3 seconds ago; IN DOUBT: …"
 * @param age as it is by now, in place of the one in the words, which does not grow; empty: that one stays.
 * @returns {{where: string, how: string[], doubts: string[]}}
 */
export function apart(words, age = "") {
  const [where = "", ...rest] = String(words ?? "")
    .split("; ")
    .filter(Boolean);
  const how = rest.filter((part) => !AGAINST.test(part)).map((part) => (age && AGE.test(part) ? age : part));
  return { where, how, doubts: rest.filter((part) => AGAINST.test(part)) };
}
