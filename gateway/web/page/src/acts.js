/** What can be done with a case, each with its question where it cannot be taken back. */

import { ask } from "./dialog.js";
import { button, element, show } from "./element.js";
import { agencyName, notToBeShared, others } from "./conference.js";
import { announce } from "./live.js";
import { spoken } from "./number.js";
import { onCase } from "./server.js";
import { minute } from "./time.js";
import { names, said, say } from "./words.js";

const AT_ONCE = 3;

export class Acts {
  #known;
  #refresh;
  #incident = "";
  #buttons = new Map();
  /** What an administrator has to set before callers can be called back. */
  #trunk = element("p", { class: "hint", say: "act.no_trunk" });
  node = element("div", { class: "acts buttons", role: "group", hint: "act.title" });

  constructor(known, refresh) {
    this.#known = known;
    this.#refresh = refresh;
    const acts = {
      accept: () => this.accept(this.#incident),
      nature: this.#nature,
      inform: this.#inform,
      call_back: this.#callBack,
      unmute: this.#unmute,
      release: this.#release,
      close: this.#close,
    };
    for (const [name, act] of Object.entries(acts)) {
      const kind = name === "accept" ? "accept" : name === "close" ? "danger" : "";
      const made = button(`act.${name}`, act.bind(this), { kind, key: name === "accept" ? "F2" : "" });
      this.#buttons.set(name, made);
      this.node.append(made);
    }
    this.node.append(this.#trunk);
  }

  draw(whole) {
    this.#incident = whole.incident;
    const may = { ...whole.rights, unmute: whole.rights?.unmute ?? (whole.rights?.write && whole.muted) };
    // Who has the caller on the line calls nobody back.
    may.call_back = may.call_back && ![this.#known.talks, this.#known.rings].includes(whole.incident);
    // Who has the case already has nothing to accept.
    for (const [name, each] of this.#buttons) show(each, may[name]);
    show(this.#trunk, whole.no_trunk);
  }

  async accept(incident) {
    // A call that is over asks for nobody's attention; only who writes does.
    const written = this.#known.lists.mine.filter((row) => row.medium !== "call");
    if (written.length >= AT_ONCE) {
      const text = [say("act.fourth", { count: written.length })];
      if (!(await ask({ title: "act.accept", text, yes: "act.accept" }))) return false;
    }
    return this.#do("accept", {}, incident);
  }

  async #release() {
    const fields = [{ name: "why", label: "act.why", kind: "text", required: true, most: 200 }];
    // What does not wait for a desk is a caller whom nobody answered.
    const whole = this.#known.cases.get(this.#incident);
    const text = [say(whole.wait?.own ? "act.release_text" : "act.put_back_text")];
    const answer = await ask({ title: "act.release", text, fields, yes: "act.release" });
    if (answer) await this.#do("release", answer);
  }

  async #close() {
    const whole = this.#known.cases.get(this.#incident);
    const choices = names("outcome").map((value) => ({ value, label: said("outcome", value) }));
    const fields = [
      { name: "outcome", label: "act.outcome", kind: "choice", choices, required: true },
      { name: "note", label: "act.note", kind: "note" },
    ];
    const text = [say(whole.discreet ? "act.close_task" : "act.close_text"), ...notDone(whole.care)];
    const answer = await ask({ title: "act.close", text, fields, yes: "act.close", danger: true });
    if (answer) await this.#do("close", answer);
  }

  async #nature() {
    const whole = this.#known.cases.get(this.#incident);
    const choices = names("nature")
      .filter((each) => each !== "unknown")
      .map((value) => ({ value, label: said("nature", value) }));
    const fields = [
      { name: "nature", label: "act.nature_is", kind: "choice", choices, value: whole.nature, required: true },
    ];
    const answer = await ask({ title: "act.nature", text: [say("act.nature_text")], fields, yes: "act.nature_yes" });
    if (answer && answer.nature !== whole.nature) await this.#do("nature", answer);
  }

  async #inform() {
    const whole = this.#known.cases.get(this.#incident);
    const informed = whole.informed ?? [];
    const choices = others(this.#known.me)
      .filter(({ id }) => !informed.includes(id))
      .map(({ id, short }) => ({ value: id, label: agencyName({ id, short }) }));
    const fields = [{ name: "agency", label: "call.agency", kind: "choice", choices, required: true }];
    if (!choices.length) {
      announce(say("act.inform_none"));
      return;
    }
    const asked = { title: "act.inform", text: [say("act.inform_text")], fields, yes: "act.inform" };
    const answer = await ask(notToBeShared(whole, asked));
    if (answer) await this.#do("inform", answer);
  }

  async #callBack() {
    const whole = this.#known.cases.get(this.#incident);
    const text = [whole.care ? say("act.call_back_care") : say("act.call_back_text", { number: spoken(whole.number) })];
    const danger = Boolean(whole.care);
    if (await ask({ title: "act.call_back", text, yes: "act.call_back", danger }))
      await this.#do("call_back", { confirm: true });
  }

  async #unmute() {
    if (await ask({ title: "act.unmute", text: [say("act.unmute_text")], yes: "act.unmute" })) await this.#do("unmute");
  }

  async #do(what, body = {}, incident = this.#incident) {
    try {
      const answer = await onCase(incident, what, body);
      if (answer.case) this.#known.putCase(answer.case);
      // A closed case may be this desk's no longer: that, the feed tells.
      else if (what !== "close") this.#refresh(incident);
      announce(say(`done.${what}`));
      return true;
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
      return false;
    }
  }
}

/** What the law wants in time and nobody has kept as done: after the case is closed, nobody looks at it of himself. */
function notDone(care) {
  const open = (care?.timers ?? []).filter((timer) => !timer.done_at);
  return open.map(({ what, due_at: due }) =>
    say("act.close_timer", { what: said("timer", what), at: minute(due) }),
  );
}
