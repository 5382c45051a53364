/** Who called and wrote when, now and before, and which agencies know of it. */

import { element, show } from "./element.js";
import { moment } from "./time.js";
import { inLanguage, said, say } from "./words.js";

const PARTS = ["contacts", "earlier", "informed"];

export class Contacts {
  #parts = new Map();
  #drawn = "";
  node = element("div", { class: "contacts scrolls", role: "region", tabindex: "0", hint: "case.contacts" });

  constructor() {
    for (const name of PARTS) {
      const list = element("ul");
      const part = element("section", {}, element("h2", { say: `fact.${name}` }), list);
      this.#parts.set(name, { part, list });
      this.node.append(part);
    }
  }

  draw(whole) {
    const told = {
      contacts: contactsOf(whole),
      earlier: (whole.earlier ?? []).map(earlierOf),
      informed: whole.informed ?? [],
    };
    const state = JSON.stringify([told, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    for (const [name, { part, list }] of this.#parts) {
      show(part, told[name].length);
      list.replaceChildren(...told[name].map((text) => element("li", { text })));
    }
  }
}

function contactsOf(whole) {
  const calls = (whole.calls ?? []).map(({ at, desk, over }) => {
    const words = !over ? "fact.call_now" : desk ? "fact.call" : "fact.call_missed";
    return say(words, { at: moment(at), desk: desk || "–" });
  });
  if (whole.messages) calls.push(say("fact.messages", { count: whole.messages }));
  return calls;
}

function earlierOf({ at, nature, medium, outcome }) {
  const parts = [
    moment(at),
    said("nature", nature),
    medium && said("medium", medium),
    outcome && said("outcome", outcome),
  ];
  return parts.filter(Boolean).join(" · ");
}
