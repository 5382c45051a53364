/** The blank screen: one key, and nothing of a case can be read; the call goes on, and a ringing one is still told. */

import { Clock } from "./clock.js";
import { element, put, show } from "./element.js";
import { onKey } from "./keys.js";
import { say } from "./words.js";

export class Blank {
  #clock = new Clock("p");
  #ringing = element("p", { class: "ringing", role: "status" });
  #back = element("button", { type: "button", class: "button", say: "blank.back", on: { click: () => this.switch() } });
  #cover = element(
    "section",
    { class: "blank", hidden: true, hint: "top.blank" },
    this.#clock.node,
    this.#ringing,
    this.#back,
  );
  #rest;
  #before = null;

  constructor(rest) {
    this.#rest = rest;
    document.body.append(this.#cover);
    onKey("F10", () => this.switch());
  }

  switch() {
    const blank = this.#cover.hidden;
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("");
    if (blank) this.#before = document.activeElement;
    show(this.#cover, blank);
    for (const each of this.#rest) each.inert = blank;
    if (blank) this.#back.focus();
    else this.#before?.focus?.();
    this.tick();
  }

  tick(ringing = false) {
    if (this.#cover.hidden) return;
    this.#clock.tick();
    put(this.#ringing, ringing ? say("blank.ringing") : "");
  }
}
