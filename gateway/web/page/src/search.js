/** Typing a place, completed from the gazetteer (WAI-ARIA: a combobox with a list). */

import { element, put, show } from "./element.js";
import { read } from "./server.js";
import { said, say } from "./words.js";

const AFTER_MS = 150;
const LEAST = 2;

export class Search {
  #choose;
  #found = [];
  #active = -1;
  #later = 0;
  #asked = 0;
  #input = element("input", {
    id: "place-search",
    type: "text",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "place-found",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 200,
    "data-first": true,
  });
  #list = element("ul", { id: "place-found", role: "listbox", hint: "place.found", hidden: true });
  #count = element("p", { class: "unseen", "aria-live": "polite" });
  node = element(
    "div",
    { class: "search" },
    element("label", { htmlFor: "place-search", say: "place.search" }),
    this.#input,
    this.#list,
    this.#count,
  );

  /** @param choose told {text, code?, label?, how?, lat?, lon?, radius_m?} */
  constructor(choose) {
    this.#choose = choose;
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#later);
      this.#later = setTimeout(() => this.#look(), AFTER_MS);
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => setTimeout(() => this.#put([]), 200));
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  clear() {
    this.#input.value = "";
    this.#put([]);
  }

  async #look() {
    const text = this.#input.value.trim();
    this.#asked += 1;
    const asked = this.#asked;
    if (text.length < LEAST) return this.#put([]);
    try {
      const told = await read(`/api/places?q=${encodeURIComponent(text)}`);
      if (asked === this.#asked) this.#put(told.places ?? told);
    } catch {
      // What is typed can be sent as it is.
      this.#put([]);
    }
    return null;
  }

  #put(found) {
    this.#found = found;
    this.#active = -1;
    this.#list.replaceChildren(
      ...found.map((each, at) =>
        element("li", {
          role: "option",
          id: `place-found-${at}`,
          "aria-selected": "false",
          text: each.how === "guess" ? `${each.label} – ${said("placed", "guess")}` : each.label,
          on: { pointerdown: (event) => this.#take(event, at) },
        }),
      ),
    );
    this.#mark();
    put(this.#count, found.length ? say("place.count", { count: found.length }) : "");
  }

  #mark() {
    const open = this.#found.length > 0;
    show(this.#list, open);
    this.#input.setAttribute("aria-expanded", String(open));
    [...this.#list.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === this.#active)));
    if (this.#active >= 0) this.#input.setAttribute("aria-activedescendant", `place-found-${this.#active}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#found.length) {
      this.#active = (this.#active + step + this.#found.length) % this.#found.length;
      this.#mark();
      event.preventDefault();
    } else if (event.key === "Escape") this.#put([]);
    else if (event.key === "Enter") this.#take(event, this.#active);
  }

  #take(event, at) {
    event.preventDefault();
    clearTimeout(this.#later);
    this.#asked += 1;
    const text = this.#input.value.trim();
    const chosen = this.#found[at];
    this.#put([]);
    if (chosen) this.#choose({ ...chosen, text });
    else if (text) this.#choose({ text });
  }
}
