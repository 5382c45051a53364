/** What is known of a caller and the need, in a few lines. */

import { element, put, show } from "./element.js";
import { spoken } from "./number.js";
import { timeOfDay } from "./time.js";
import { inLanguage, said, say } from "./words.js";

/** What is told beside the map. */
const OF_PLACE = new Set(["kelurahan", "kecamatan", "city", "street", "rt_rw", "landmark", "coordinates"]);

const ROWS = ["keys", "number", "language", "found"];

export class Facts {
  #rows = new Map();
  #drawn = "";
  node = element("dl", { class: "facts" });

  constructor() {
    for (const name of ROWS) {
      const value = element("dd");
      const row = element("div", { class: name }, element("dt", { say: `fact.${name}` }), value);
      this.#rows.set(name, { row, value });
      this.node.append(row);
    }
    // The keys of a caller who cannot speak are what he says: they are read out as they come.
    this.#rows.get("keys").value.setAttribute("aria-live", "polite");
  }

  draw(whole) {
    const state = JSON.stringify([whole, inLanguage()], (key, value) =>
      key === "timeline" || key === "map" ? undefined : value,
    );
    if (state === this.#drawn) return;
    this.#drawn = state;
    const told = factsOf(whole);
    for (const [name, { row, value }] of this.#rows) {
      show(row, told[name]);
      put(value, told[name] || "");
    }
  }
}

function factsOf(whole) {
  return {
    keys: (whole.keys ?? [])
      .map(({ at, key, means }) => `${timeOfDay(at)} ${key}${means ? ` = ${said("key_means", means)}` : ""}`)
      .join("   "),
    number: whole.discreet ? say("fact.number_hidden") : spoken(whole.number) || say("fact.no_number"),
    language: languageOf(whole.language),
    // Where harm could come of it, the room is for the texts themselves.
    found: foundIn(whole, Boolean(whole.care && whole.lines?.length)),
  };
}

function foundIn(whole, inShort) {
  const told = new Map();
  const found = (whole.found ?? []).filter(({ what }) => !inShort || !OF_PLACE.has(what));
  for (const each of found) told.set(each.what, [...(told.get(each.what) ?? []), each]);
  return [...told].map(([what, read]) => foundAs(said("finding", what), inShort ? [] : read)).join("; ");
}

/** Each finding once, with the words it was read from where they are others than its own. */
function foundAs(name, found) {
  const words = [...new Set(found.map((each) => each.words))].filter((each) => each && each.toLowerCase() !== name);
  return words.length ? `${name} ← ${words.map((each) => `“${each}”`).join(", ")}` : name;
}

function languageOf(language) {
  if (!language) return "";
  const names = new Intl.DisplayNames([inLanguage()], { type: "language", fallback: "code" });
  try {
    return names.of(language);
  } catch {
    return language;
  }
}
