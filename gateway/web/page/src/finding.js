/** Finding a case: by number, name, place, nature or words. What is found stands on top of the lists, as they do. */

import { element, put, show } from "./element.js";
import { inFrame } from "./frame.js";
import { Keyed } from "./keyed.js";
import { announce } from "./live.js";
import { Row } from "./row.js";
import { act, read } from "./server.js";
import { inLanguage, say } from "./words.js";

/** As the gateway has it. */
const LONGEST = 120;

/** What was found is read as what is: it is asked anew so often, while it is shown. */
const RENEWED_EVERY_MS = 4000;

const LOOKS_AGAIN_MS = 500;

export class Finding {
  #known;
  #asked = 0;
  #later = 0;
  #renewedAt = 0;
  /** Null: nothing was looked for. */
  #found = null;
  #input = element("input", {
    id: "find",
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "none",
    maxlength: LONGEST,
    "aria-keyshortcuts": "Shift+F3",
  });
  #heading = element("h2", { id: "list-found" });
  #list = element("ul", { "aria-labelledby": "list-found" });
  #none = element("p", { class: "empty", say: "find.none" });
  #more = element("p", { class: "empty", say: "find.more" });
  #part = element("section", { class: "list found", hidden: true });
  #keyed;
  #drawn;
  #aim;
  node = element("search", { class: "find", hint: "find.label" });

  /** @param given {open(incident), drawn(), aim: of the lists, which keep still as one} */
  constructor(known, { open, drawn, aim }) {
    this.#known = known;
    this.#drawn = drawn;
    this.#aim = aim;
    this.#keyed = new Keyed(this.#list, (incident) => new Row(incident, { open, accept: null }));
    const form = element("form", { on: { submit: (event) => this.#submit(event) } });
    form.append(
      element("label", { htmlFor: "find", say: "find.label" }),
      this.#input,
      element("kbd", { text: "Shift+F3" }),
    );
    const close = element("button", {
      type: "button",
      class: "button quiet small",
      say: "find.close",
      on: { click: () => this.#close() },
    });
    this.#part.append(element("header", {}, this.#heading, close), this.#none, this.#list, this.#more);
    this.node.append(form, this.#part);
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    for (const name of ["me", "open"]) known.on(name, () => inFrame(this.#redraw));
    // Whoever comes next to this desk does not read on in it.
    for (const name of ["duty", "standing"]) known.on(name, () => this.#isOff && this.clear());
  }

  get #isOff() {
    return this.#known.duty.state === "off" || this.#known.taken;
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  clear() {
    this.#asked += 1;
    this.#input.value = "";
    this.#found = null;
    this.draw();
  }

  tick() {
    for (const row of this.#keyed.rows) row.tick();
    if (this.#found?.rows.length && performance.now() - this.#renewedAt >= RENEWED_EVERY_MS) this.#renew();
  }

  /** The cases found, as they stand by now; what has become none for this desk goes. Nothing is looked for anew. */
  async #renew() {
    this.#renewedAt = performance.now();
    const asked = this.#asked;
    const cases = this.#found.rows.map((row) => row.incident).join(",");
    try {
      const { rows } = await read(`/api/found?of=${encodeURIComponent(cases)}`);
      if (asked !== this.#asked) return;
      this.#found = { ...this.#found, rows };
      this.#redraw();
    } catch {
      // The page says that it is not connected.
    }
  }

  /** Of what nobody asked for: it waits for who aims. */
  #redraw = () => {
    const still = this.#aim.holds();
    this.draw(still);
    clearTimeout(this.#later);
    if (still) this.#later = setTimeout(() => inFrame(this.#redraw), LOOKS_AGAIN_MS);
  };

  draw(still = false) {
    const rows = this.#found?.rows ?? [];
    show(this.#part, this.#found);
    put(this.#heading, `${say("find.found")} (${rows.length}${this.#found?.more ? "+" : ""})`);
    show(this.#none, this.#found && !rows.length);
    show(this.#more, this.#found?.more);
    const { open, me } = this.#known;
    const shown = (row) => ({ chosen: row.incident === open, news: 0, language: inLanguage(), desk: me?.desk, still });
    this.#input.placeholder = say("find.hint");
    this.#keyed.draw(rows, (row) => row.incident, shown, still);
    this.#drawn();
  }

  async #submit(event) {
    event.preventDefault();
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const found = await act("/api/find", { term: this.#input.value });
      if (asked !== this.#asked) return;
      this.#found = found;
      this.#renewedAt = performance.now();
      this.draw();
      announce(say("find.count", { count: `${found.rows.length}${found.more ? "+" : ""}` }));
      // Not from under the hands of who went on meanwhile, to answer a call, say.
      if (document.activeElement === this.#input) this.#list.querySelector("button.open")?.focus();
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
  }

  #close() {
    this.clear();
    this.focus();
  }
}
