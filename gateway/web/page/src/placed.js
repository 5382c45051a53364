/** A place's words taken apart: where, what is known of how, and what speaks against it. */

import { decimals } from "./time.js";

const AGAINST = /^(DIRAGUKAN|IN DOUBT|USANG|OLD)\b/;

const AGE = /^\d+ .*(lalu|ago)$/;

/** The line that a call came by is no place, and its name is ours alone. */
const LINE = /^trunk /;

/**
 * @param words "Kel. A; radius 40 m; 3 seconds ago; IN DOUBT: …"
 * @param age as it is by now, in place of the one in the words, which does not grow; empty: that one stays.
 * @returns {{where: string, how: string[], doubts: string[]}}
 */
export function apart(words, age = "") {
  const [where = "", ...rest] = decimals(String(words ?? ""))
    .split("; ")
    .filter((part) => part && !LINE.test(part));
  const how = rest.filter((part) => !AGAINST.test(part)).map((part) => (age && AGE.test(part) ? age : part));
  return { where, how, doubts: rest.filter((part) => AGAINST.test(part)) };
}

const FINE = /\bK(el|ec)\. /;
const OTHER = /^(atau|or) /;

/**
 * A place as short as it can be told: kelurahan and kecamatan, or what else is said first, and the radius apart, which
 * is never cut off.
 *
 * @param words as for `apart`.
 * @returns {{names: string, radius: string}} radius "±40 m"; empty: none is known.
 */
export function short(words) {
  const { where, how } = apart(words);
  const names = where.split(", ");
  const fine = names.filter((name) => FINE.test(name) || OTHER.test(name));
  const radius = how.map((part) => /\bradius ([\d.,]+ k?m)$/.exec(part)?.[1]).find(Boolean);
  return { names: (fine.some((name) => FINE.test(name)) ? fine : names).join(", "), radius: radius ? `±${radius}` : "" };
}

/** The same on one line. */
export function brief(words) {
  const { names, radius } = short(words);
  return [names, radius].filter(Boolean).join(" ");
}
