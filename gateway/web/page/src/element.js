/** Elements of the page. Every text becomes text, never markup: most of what is shown was written by strangers. */

import { say } from "./words.js";

/**
 * @param {string} tag
 * @param {object} [given] attributes; besides: `class`, `text`, `say` (a word of words.*.json, renewed with the
 *   language), `on` (listeners by event), `data` (data-*), and properties such as `value`, `disabled`, `hidden`.
 * @param {...(Node|string|null|false|undefined)} children
 */
export function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) set(made, name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PROPERTIES = new Set(["value", "disabled", "hidden", "checked", "tabIndex", "htmlFor", "type", "id", "name"]);

function set(made, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") made.className = value;
  else if (name === "text") made.textContent = value;
  else if (name === "say") speak(made, value);
  else if (name === "hint") labelled(made, value);
  else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
  else if (name === "data") Object.assign(made.dataset, value);
  else if (PROPERTIES.has(name)) made[name] = value;
  else made.setAttribute(name, value === true ? "" : value);
}

/** Give an element a word as its text. */
export function speak(made, word) {
  made.dataset.say = word;
  made.textContent = say(word);
}

/** Give an element a word as its accessible name. */
export function labelled(made, word) {
  made.dataset.hint = word;
  made.setAttribute("aria-label", say(word));
}

/** All words in the page, again, after the language changed. */
export function speakAgain(root = document) {
  for (const made of root.querySelectorAll("[data-say]")) made.textContent = say(made.dataset.say);
  for (const made of root.querySelectorAll("[data-hint]")) made.setAttribute("aria-label", say(made.dataset.hint));
}

/** Change a text only where it is another: an unchanged node costs no layout, and no live region reads it again. */
export function put(node, text) {
  const words = text === null || text === undefined ? "" : String(text);
  if (node.textContent !== words) node.textContent = words;
}

/** Show or hide. */
export function show(node, visible) {
  if (node.hidden === Boolean(visible)) node.hidden = !visible;
}

/**
 * A button; `word` is in words.*.json, `key` the keyboard's, shown beside it. Who double-clicks, keeps Enter down or
 * presses again before it is done means it once.
 */
export function button(word, act, { kind = "", key = "", ...rest } = {}) {
  const made = element("button", { type: "button", class: `button ${kind}`.trim(), ...rest });
  made.addEventListener("keydown", (event) => event.repeat && event.key === "Enter" && event.preventDefault());
  made.addEventListener("click", (event) => press(made, act, event));
  made.append(element("span", { say: word }));
  if (key) {
    made.append(element("kbd", { text: key }));
    made.setAttribute("aria-keyshortcuts", key.replace("Ctrl", "Control"));
  }
  return made;
}

async function press(made, act, event) {
  if (event.detail > 1) event.preventDefault();
  if (!act || event.detail > 1 || made.ariaBusy === "true") return;
  const done = act();
  if (!(done instanceof Promise)) return;
  made.ariaBusy = "true";
  try {
    await done;
  } finally {
    made.ariaBusy = null;
  }
}
