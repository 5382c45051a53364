/** What is said to who does not look: politely what was done, shown as a notice too; at once what cannot wait. */

import { element, put } from "./element.js";

const SHOWN_MS = 4000;

const polite = element("p", { id: "said", class: "notice", role: "status", "aria-live": "polite" });
const assertive = element("p", { class: "unseen", role: "alert", "aria-live": "assertive" });
let hiding = 0;

export function placeVoices(parent) {
  polite.addEventListener("click", () => put(polite, ""));
  parent.append(polite, assertive);
}

/** Say what was done, or was refused; it stays for some seconds. */
export function announce(words, { bad = false } = {}) {
  polite.classList.toggle("bad", bad);
  put(polite, words);
  clearTimeout(hiding);
  hiding = setTimeout(() => put(polite, ""), bad ? 2 * SHOWN_MS : SHOWN_MS);
}

/** Say at once: a call rings, a caller is gone. */
export function shout(words) {
  put(assertive, words);
}
