/**
 * What a case of violence asks for: whether it is safe to call, and who may know, before anything else; then what the
 * law gives a time for (UU TPKS). Drawn like any other part of the page: whoever looks over a shoulder sees a form.
 */

import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { announce } from "./live.js";
import { onCase } from "./server.js";
import { minute, now } from "./time.js";
import { inLanguage, said, say } from "./words.js";

const QUESTIONS = ["safe_to_call", "share"];
const ANSWERS = ["yes", "no", "unknown"];

export class Care {
  #refresh;
  #incident = "";
  #drawn = "";
  /** The case whose answers are to be changed. */
  #changes = "";
  /** Answers given here that the case does not tell yet: one that comes late must not take them back. */
  #given = {};
  #choices = new Map();
  #call = element("p", { class: "hint" });
  #note = element("p", { class: "hint" });
  #write = button("care.note_write", () => this.#remark(), { kind: "small" });
  #timers = element("ul", { class: "timers" });
  #asking = element("div", { class: "asking" });
  /** In the place of the questions, once both are answered: what was written needs the room. */
  #kept = element("p", { class: "kept" });
  #answered = element("span");
  #change = button("care.change", () => this.#ask(), { kind: "small" });
  node = element("section", { class: "care", hint: "care.title", hidden: true });

  constructor(refresh) {
    this.#refresh = refresh;
    for (const name of QUESTIONS) this.#asking.append(this.#question(name));
    this.#asking.firstChild.append(this.#call);
    this.#asking.lastChild.append(this.#write);
    this.#kept.append(this.#answered, this.#change);
    this.node.append(this.#asking, this.#kept, this.#note, this.#timers);
  }

  #question(name) {
    const inputs = ANSWERS.map((value) =>
      element("input", {
        type: "radio",
        name: `care-${name}`,
        value,
        on: { change: () => this.#answer(name, value) },
      }),
    );
    this.#choices.set(name, inputs);
    const labels = inputs.map((input, at) =>
      element("label", { class: "choice" }, input, element("span", { say: `care.${ANSWERS[at]}` })),
    );
    return element("fieldset", {}, element("legend", { say: `care.${name}` }), ...labels);
  }

  draw(whole) {
    const { care } = whole;
    show(this.node, care);
    if (!care) return;
    if (this.#incident !== whole.incident) this.#given = {};
    this.#incident = whole.incident;
    for (const [name, value] of Object.entries(this.#given)) if (care[name] === value) delete this.#given[name];
    const renewed = Math.floor(now() / 30);
    if (this.#changes !== whole.incident) this.#changes = "";
    const state = JSON.stringify([whole.incident, care, whole.rights?.consent, renewed, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    for (const [name, inputs] of this.#choices) {
      for (const input of inputs) {
        input.checked = input.value === (this.#given[name] ?? (care[name] || "unknown"));
        input.disabled = !whole.rights?.consent;
      }
    }
    show(this.#write, whole.rights?.consent);
    const words = say(care.call_back_allowed ? "care.call_on" : "care.call_off");
    put(this.#call, words);
    show(this.#change, whole.rights?.consent);
    const isKept = isAnswered(care) && this.#changes !== whole.incident;
    this.#brief(isKept);
    const answers = QUESTIONS.map((name) => `${say(`care.${name}`)} ${say(`care.${care[name] || "unknown"}`)}`);
    put(this.#answered, [...answers, words].join(" · "));
    put(this.#note, care.note ? say("care.note", { note: care.note }) : "");
    show(this.#note, care.note);
    this.#timers.replaceChildren(...(care.timers ?? []).map((timer) => this.#timer(timer, whole.rights?.timer)));
  }

  #timer({ what, due_at: due, done_at: done }, may) {
    const words = done
      ? say("care.timer_done", { at: minute(done) })
      : say(due < now() ? "care.timer_over" : "care.timer_due", { at: minute(due) });
    const act =
      done || !may ? null : button("care.timer_do", () => this.#do("timer", { what, done: true }), { kind: "small" });
    act?.setAttribute("aria-label", `${say("care.timer_do")}: ${said("timer", what)}`);
    return element(
      "li",
      { class: !done && due < now() ? "over" : "" },
      element("span", { text: `${said("timer", what)}: ${words}` }),
      act,
    );
  }

  #brief(isKept) {
    const asked = this.#asking.contains(document.activeElement);
    show(this.#asking, !isKept);
    show(this.#kept, isKept);
    this.node.classList.toggle("brief", isKept);
    if (isKept && asked) this.#change.focus();
  }

  #ask() {
    this.#changes = this.#incident;
    this.#brief(false);
    this.#choices.get(QUESTIONS[0]).find((input) => input.checked)?.focus();
  }

  #answer(name, value) {
    this.#drawn = "";
    this.#changes = "";
    this.#given[name] = value;
    return this.#do("consent", this.#answers());
  }

  /** In the caller's own words: what is safe, when, by whom. */
  async #remark() {
    const fields = [{ name: "note", label: "care.note_label", kind: "note", required: true, most: 500 }];
    const answer = await ask({ title: "care.title", fields, yes: "care.note_save" });
    if (answer) await this.#do("consent", { ...this.#answers(), ...answer });
  }

  #answers() {
    return Object.fromEntries(QUESTIONS.map((each) => [each, this.#value(each)]));
  }

  #value(name) {
    return this.#choices.get(name).find((input) => input.checked)?.value ?? "unknown";
  }

  async #do(what, body) {
    try {
      await onCase(this.#incident, what, body);
      announce(say(`done.${what}`));
    } catch (fault) {
      this.#given = {};
      announce(fault.sentence ?? String(fault), { bad: true });
    }
    this.#drawn = "";
    this.#refresh(this.#incident);
  }
}

function isAnswered(care) {
  return QUESTIONS.every((name) => ["yes", "no"].includes(care[name]));
}
