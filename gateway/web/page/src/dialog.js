/** Questions of the page, each a modal dialog: what is asked, what may be said, and what happens then. */

import { button, element } from "./element.js";
import { say } from "./words.js";

/** Nobody reads a question and answers it sooner. */
const READ_MS = 300;

let asked = 0;

/**
 * Ask, and wait for the answer.
 *
 * @param {object} asked `title` (a word's name), `text` (lines, as they are), `fields` (see below), `yes` (a word),
 *   `danger`: harm may come of it, `only`: there is nothing to choose, `body`: more to be shown.
 * @returns {Promise<object|null>} the fields' values by name; null: cancelled.
 *
 * A field: {name, label, kind: "choice"|"text"|"note", choices: [{value, label, hint}], value, required, most}.
 */
export function ask({ title, text = [], fields = [], yes = "act.ok", danger = false, body = null, only = false }) {
  return new Promise((answer) => {
    const form = element("form", { method: "dialog", class: "asked" });
    asked += 1;
    const dialog = element("dialog", { "aria-labelledby": `asked-${asked}`, class: danger ? "danger" : "" }, form);
    form.append(element("h2", { id: `asked-${asked}`, say: title }));
    form.append(...text.map((line) => element("p", { text: line })), ...(body ? [body] : []));
    form.append(...fields.map(fieldOf));
    const done = button(yes, null, { kind: danger ? "danger" : "primary", type: "submit", value: "yes" });
    const cancel = button("act.cancel", () => dialog.close(""));
    form.append(element("div", { class: "buttons" }, only ? null : cancel, done));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
    });
    sayWhatIsMissing(form);
    document.body.append(dialog);
    dialog.showModal();
    answerOnlyWhatWasRead(dialog);
    // Where harm could come of it, Enter alone, pressed once too often, does not do it.
    (form.querySelector("input:checked, input, textarea, select") ?? (danger ? cancel : done)).focus();
  });
}

/** Enter pressed once too often, or kept down, says no yes to a question that came up under it. */
function answerOnlyWhatWasRead(dialog) {
  const asked = performance.now();
  dialog.addEventListener("keydown", (event) => {
    const early = performance.now() - asked < READ_MS;
    const isYes = event.key === "Enter" && !event.target.matches("textarea, button[type='button']");
    if (isYes && (early || event.repeat)) event.preventDefault();
  });
}

/** In the page's language, whatever the browser's is; blanks alone are nothing. */
function sayWhatIsMissing(form) {
  form.addEventListener("invalid", ({ target }) => target.setCustomValidity(missing(target)), true);
  form.addEventListener("input", ({ target }) => {
    for (const each of form.elements) each.setCustomValidity("");
    if (target.required && target.value && !target.value.trim()) target.setCustomValidity(missing(target));
  });
}

function missing({ type }) {
  return say(type === "radio" ? "act.choose_one" : "act.write_something");
}

function fieldOf(field) {
  if (field.kind === "choice") return choiceOf(field);
  const name = `asked-${asked}-${field.name}`;
  const typed = element(field.kind === "note" ? "textarea" : "input", {
    id: name,
    name: field.name,
    value: field.value ?? "",
    required: field.required,
    maxlength: field.most ?? 1000,
    rows: field.kind === "note" ? 3 : null,
    autocomplete: "off",
  });
  return element("div", { class: "field" }, element("label", { htmlFor: name, say: field.label }), typed);
}

function choiceOf(field) {
  const given = field.value ?? (field.required ? null : field.choices[0]?.value);
  const choices = field.choices.map(({ value, label, hint }) =>
    element(
      "label",
      { class: "choice" },
      element("input", { type: "radio", name: field.name, value, checked: value === given, required: true }),
      element("span", { text: label }),
      hint ? element("small", { text: hint }) : null,
    ),
  );
  return element("fieldset", { class: "field choices" }, element("legend", { say: field.label }), ...choices);
}

/** Show something to be read, until it is closed. */
export function tell(title, body) {
  return ask({ title, body, yes: "act.close_dialog", only: true });
}
