/** Parts of which one is shown, chosen by tabs (WAI-ARIA: arrows move, and choose). */

import { element, put, show } from "./element.js";

export class Tabs {
  #parts = new Map();
  #list;
  #chosen = "";
  #whenChosen;
  node;

  /** @param whenChosen what draws a part that is shown again: one that is hidden is not drawn. */
  constructor(hint, parts, whenChosen) {
    this.#whenChosen = whenChosen;
    this.#list = element("div", { role: "tablist", hint });
    this.node = element("div", { class: "tabs" }, this.#list);
    for (const [name, content] of Object.entries(parts)) this.#add(name, content);
    this.#list.addEventListener("keydown", (event) => this.#move(event));
    this.choose(Object.keys(parts)[0]);
  }

  #add(name, content) {
    const panel = element("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` }, content);
    const tab = element("button", {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "aria-controls": panel.id,
      on: { click: () => this.choose(name) },
    });
    this.#parts.set(name, { tab, panel });
    this.#list.append(tab);
    this.node.append(panel);
  }

  choose(name) {
    this.#chosen = name;
    for (const [each, { tab, panel }] of this.#parts) {
      tab.setAttribute("aria-selected", String(each === name));
      tab.tabIndex = each === name ? 0 : -1;
      show(panel, each === name);
    }
    this.#whenChosen();
  }

  get chosen() {
    return this.#chosen;
  }

  name(part, words) {
    put(this.#parts.get(part).tab, words);
  }

  #move(event) {
    const names = [...this.#parts.keys()];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = names[(names.indexOf(this.#chosen) + step + names.length) % names.length];
    this.choose(next);
    this.#parts.get(next).tab.focus();
  }
}
