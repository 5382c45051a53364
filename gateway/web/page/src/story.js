/** The timeline of a case, live, the newest on top. */

import { element, put } from "./element.js";
import { Keyed } from "./keyed.js";
import { moment } from "./time.js";
import { has, inLanguage, say } from "./words.js";

/** More is there, but hardly ever read at the desk: the newest are. */
const SHOWN = 200;

class Happening {
  #at = element("time");
  #kind = element("span", { class: "kind" });
  #text = element("span");
  #drawn = null;
  #language = "";
  key;
  node;

  constructor(key) {
    this.key = key;
    this.node = element("li", {}, this.#at, this.#kind, this.#text);
  }

  draw(entry) {
    if (entry === this.#drawn && inLanguage() === this.#language) return;
    this.#drawn = entry;
    this.#language = inLanguage();
    const { at, kind, text } = entry;
    put(this.#at, moment(at));
    put(this.#kind, has(`kind.${kind}`) ? say(`kind.${kind}`) : kind);
    put(this.#text, text);
  }
}

export class Story {
  #list = element("ol", { class: "story" });
  #keyed = new Keyed(this.#list, (key) => new Happening(key));
  node = element("div", { class: "scrolls", role: "region", hint: "story.title", tabindex: "0" }, this.#list);

  draw(whole) {
    const newest = (whole.timeline ?? []).slice(-SHOWN).reverse();
    this.#keyed.draw(
      newest,
      (entry) => `${whole.incident} ${entry.id}`,
      () => null,
    );
  }
}
