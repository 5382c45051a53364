/**
 * The keyboard. Function keys, so that nothing that is typed into a message does anything else, and no screen reader's
 * key is taken.
 */

import { tell } from "./dialog.js";
import { element } from "./element.js";
import { now, zoneName } from "./time.js";
import { say } from "./words.js";

/** In the order of the help; `docs/desk-page.md` has the same table. */
export const KEYS = ["F1", "F2", "F3", "Shift+F3", "F4", "F6", "F7", "F8", "F9", "F10"];

const REST = ["↑ ↓", "Enter", "Tab", "Esc"];

/** What has the focus first in a part of the page. */
const FIRST = ["[data-first]", "[tabindex='0']", "button:not([disabled]), input, textarea"];

const acts = new Map();

/** What a key does; the last to say so has it. */
export function onKey(key, act) {
  acts.set(key, act);
}

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = acts.get(event.shiftKey ? `Shift+${event.key}` : event.key);
    if (!act) return;
    event.preventDefault();
    // Behind a question nothing happens, except that the screen can be blanked, and what rings be answered.
    if (isAsking() && event.key !== "F10" && event.key !== "F2") return;
    if (!event.repeat) act();
  });
}

/** Whether a question stands on the page. */
export function isAsking() {
  return Boolean(document.querySelector("dialog[open]"));
}

/** The keys, and the pages beside this one. */
export function showKeys(pages) {
  const rows = [...KEYS, ...REST].map((key) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("kbd", { text: key })),
      element("td", { text: say(`key.${key}`) }),
    ),
  );
  const links = pages.map((page) =>
    element("a", { href: `/${page}`, target: "_blank", rel: "noopener", text: say(`help.${page}`) }),
  );
  const figures = element("p", { class: "hint", text: say("help.figures", { zone: zoneName(now()) }) });
  const table = element("table", { class: "keys" }, element("tbody", {}, ...rows));
  return tell("help.title", element("div", {}, table, figures, element("p", { class: "links" }, ...links)));
}

/** F6 and Shift+F6 go round the regions of the page. */
export function goRound(regions) {
  const go = (step) => () => {
    const there = regions.filter((region) => !region.hidden && region.offsetParent !== null);
    const here = there.findIndex((region) => region.contains(document.activeElement));
    const next = there[(here + step + there.length) % there.length];
    const first = FIRST.map((those) => next?.querySelector(those)).find(Boolean);
    (first ?? next)?.focus();
  };
  onKey("F6", go(1));
  onKey("Shift+F6", go(-1));
}
