/** Writing to a caller: what could betray is named before anything leaves, and what was typed is never lost. */

import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { announce } from "./live.js";
import { onCase, read } from "./server.js";
import { said, say } from "./words.js";

export class Write {
  #known;
  #refresh;
  #drafts = new Map();
  #incident = "";
  #busy = false;
  #text = element("textarea", { id: "write", rows: 2, maxlength: 1000, "aria-describedby": "write-state" });
  #state = element("p", { id: "write-state", class: "hint" });
  #send = button("write.send", () => this.#write(), { kind: "primary", key: "Enter" });
  #phrase = button("write.phrases", () => this.#phrases(), { kind: "small" });
  #link = button("write.link", () => this.#prepare("link", {}, "write.link_ask"), { kind: "small" });
  #no = element("p", { class: "hint" });
  #form = element(
    "div",
    { class: "form" },
    element(
      "div",
      { class: "buttons" },
      element("label", { htmlFor: "write", say: "write.label" }),
      this.#state,
      this.#phrase,
      this.#link,
    ),
    element("div", { class: "typing" }, this.#text, this.#send),
  );
  node = element("div", { class: "write" }, this.#no, this.#form);

  constructor(known, refresh) {
    this.#known = known;
    this.#refresh = refresh;
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#write();
    });
  }

  focus() {
    this.#text.focus();
  }

  draw(whole) {
    if (whole.incident !== this.#incident) {
      // Each case keeps what was typed for it: nothing goes to another caller than it was typed for.
      this.#incident = whole.incident;
      this.#text.value = this.#drafts.get(whole.incident) ?? "";
      this.#typed();
    }
    const may = Boolean(whole.rights?.write);
    show(this.#form, may || whole.rights?.link);
    this.#text.disabled = !may;
    this.#send.disabled = this.#phrase.disabled = !may || this.#busy;
    show(this.#link, whole.rights?.link);
    put(this.#no, may ? "" : say(whyNot(whole)));
    show(this.#no, !may);
  }

  #typed() {
    const { value } = this.#text;
    this.#drafts.set(this.#incident, value);
    put(this.#state, value ? say("write.letters", { count: [...value].length }) : "");
  }

  async #write() {
    const text = this.#text.value.trim();
    if (text) await this.#prepare("write", { text }, "write.ask");
  }

  async #phrases() {
    const whole = this.#known.cases.get(this.#incident);
    const phrases = await this.#canned(whole.language);
    if (!phrases) return;
    const choices = phrases.map(({ name, text }) => ({ value: name, label: text }));
    const fields = [{ name: "name", label: "write.phrase", kind: "choice", choices, required: true }];
    const answer = await ask({ title: "write.phrases", fields, yes: "write.send" });
    if (answer) await this.#prepare("phrase", { name: answer.name, language: whole.language }, "write.ask");
  }

  async #canned(language) {
    try {
      return await read(`/api/phrases?language=${encodeURIComponent(language || "id")}`);
    } catch (fault) {
      announce(fault.sentence, { bad: true });
      return null;
    }
  }

  /** Ask the gateway what would be sent, show it with what speaks against it, and send it when that is confirmed. */
  async #prepare(what, body, title) {
    const incident = this.#incident;
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { warned } = await onCase(incident, what, body);
      if (warned && !(await ask({ title, body: shown(warned), yes: "write.send", danger: isRisky(warned) }))) {
        announce(say("write.cancelled"));
        return;
      }
      if (warned) await onCase(incident, "confirm", { draft: warned.draft });
      if (what === "write") this.#sent(incident, body.text);
      announce(say("write.sent"));
      this.#refresh(incident);
    } catch (fault) {
      // Of what was chosen, and of a case that was closed meanwhile, there is no text to be seen.
      const kept = what === "write" && fault.name_ !== "over";
      announce(say(kept ? "write.not_sent" : "write.nothing_sent", { why: fault.sentence ?? "" }), { bad: true });
    } finally {
      this.#busy = false;
    }
  }

  #sent(incident, text) {
    if ((this.#drafts.get(incident) ?? "").trim() !== text) return;
    this.#drafts.delete(incident);
    if (incident !== this.#incident) return;
    this.#text.value = "";
    this.#typed();
  }
}

function isRisky(warned) {
  return Boolean(warned.risk || warned.muted || warned.faults?.length);
}

/** The text as it would stand on the caller's telephone, and each reason not to send it. */
function shown(warned) {
  const reasons = (warned.faults ?? []).map(({ what, words, why }) => [
    element("span", { text: `${said("fault_of", what)}${words ? `: “${words}”` : ""}` }),
    why ? element("small", { class: "hint", text: ` – ${why}` }) : null,
  ]);
  if (warned.muted) reasons.unshift([`${say("write.muted")} (${said("muted", warned.muted)})`]);
  if (warned.risk) reasons.unshift([`${say("write.risk")}: ${said("risk", warned.risk)}`]);
  const list = reasons.length
    ? element("ul", { class: "reasons" }, ...reasons.map((parts) => element("li", {}, ...parts)))
    : null;
  return element(
    "div",
    { class: "draft" },
    element("blockquote", { text: warned.text, dir: "auto" }),
    element("p", { class: "hint", text: say("write.segments", { count: warned.segments ?? 1 }) }),
    reasons.length ? element("p", { class: "grave", text: say("write.readable") }) : null,
    list,
  );
}

/** Why nothing can be written; a word. */
function whyNot({ discreet, closed, rights }) {
  if (discreet) return "thread.hidden";
  if (closed) return "write.closed";
  return rights?.accept ? "write.not_now" : "write.not_here";
}
