/** What the page says, in Indonesian and English. */

import english from "./words.en.json" with { type: "json" };
import indonesian from "./words.id.json" with { type: "json" };

const TABLES = { id: indonesian, en: english };

let language = "id";

export function inLanguage() {
  return language;
}

export function setLanguage(wanted) {
  language = wanted in TABLES ? wanted : "id";
  return language;
}

/** A word by its name; `{name}` in it is one of the values. What has no word is shown by its name. */
export function say(name, values = {}) {
  const words = TABLES[language][name] ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, each) => (each in values ? String(values[each]) : whole));
}

/** The word for a value of the gateway's (a nature, a warning): `said("nature", "fire")`; an unknown one as it is. */
export function said(table, value) {
  const name = `${table}.${value}`;
  return name in TABLES[language] ? TABLES[language][name] : String(value ?? "").replaceAll("_", " ");
}

/** Whether there is a word for it. */
export function has(name) {
  return name in TABLES[language];
}

/** All names of one table: `names("outcome")`. */
export function names(table) {
  const head = `${table}.`;
  return Object.keys(TABLES.id)
    .filter((name) => name.startsWith(head))
    .map((name) => name.slice(head.length));
}
