/** The case in the middle: what could do harm first, then what is known, then what was written and what happened. */

import { Acts } from "./acts.js";
import { Care } from "./care.js";
import { Contacts } from "./contacts.js";
import { element, put, show } from "./element.js";
import { Facts } from "./facts.js";
import { keepFocus } from "./focus.js";
import { inFrame } from "./frame.js";
import { Story } from "./story.js";
import { Tabs } from "./tabs.js";
import { Thread } from "./thread.js";
import { Warnings } from "./warnings.js";
import { Write } from "./write.js";
import { moment, now } from "./time.js";
import { said, say } from "./words.js";

/** Enough of a case's name to tell one from another, as on the supervisors' board. */
const SHOWN_DIGITS = 8;

export class CaseView {
  #known;
  #title = element("h1", { tabindex: "-1", "data-first": true });
  #state = element("p", { class: "state" });
  #warnings = new Warnings();
  #care;
  #facts = new Facts();
  #thread = new Thread();
  #story = new Story();
  #contacts = new Contacts();
  #write;
  #acts;
  #tabs;
  #empty = element("p", { class: "nothing", tabindex: "-1" });
  #whole;
  #incident = "";
  node = element("main", { id: "case", class: "case" });

  constructor(known, refresh) {
    this.#known = known;
    this.#write = new Write(known, refresh);
    this.#care = new Care(refresh);
    this.#acts = new Acts(known, refresh);
    this.#tabs = new Tabs(
      "case.parts",
      {
        messages: element("div", { class: "messages" }, this.#thread.node, this.#write.node),
        story: this.#story.node,
        contacts: this.#contacts.node,
      },
      () => inFrame(this.draw),
    );
    this.#whole = element(
      "div",
      { class: "whole", hidden: true },
      element("header", {}, this.#title, this.#state),
      this.#warnings.node,
      this.#care.node,
      this.#facts.node,
      this.#tabs.node,
      this.#acts.node,
    );
    this.node.append(this.#empty, this.#whole);
    known.on("case", (incident) => incident === known.open && inFrame(this.draw));
    for (const name of ["open", "lists", "duty"]) known.on(name, () => inFrame(this.draw));
  }

  get acts() {
    return this.#acts;
  }

  /** Where a message is written. */
  write() {
    this.#tabs.choose("messages");
    this.#write.focus();
  }

  focus() {
    this.#title.focus();
  }

  draw = () => keepFocus(this.node, () => this.#draw(), () => (this.#whole.hidden ? this.#empty : this.#title));

  #draw() {
    const whole = this.#known.cases.get(this.#known.open);
    show(this.#whole, whole);
    show(this.#empty, !whole);
    put(
      this.#empty,
      say(this.#known.open ? "case.coming" : this.#known.duty.state === "off" ? "case.none_off" : "case.none"),
    );
    if (!whole) return;
    const other = whole.incident !== this.#incident;
    this.#incident = whole.incident;
    this.#whole.dataset.incident = whole.incident;
    const need = (whole.found ?? []).filter((found) =>
      ["life_threat", "injured", "rescue", "child"].includes(found.what),
    );
    put(
      this.#title,
      [said("nature", whole.nature), ...new Set(need.map((found) => said("finding", found.what)))].join(", "),
    );
    put(this.#state, this.#stateOf(whole));
    if (other) this.#tabs.choose(whole.messages || whole.lines?.length ? "messages" : "story");
    this.#warnings.draw(whole, this.#known.call(whole.incident));
    this.#care.draw(whole);
    this.#facts.draw(whole);
    this.#thread.draw(whole, other);
    if (this.#tabs.chosen === "story") this.#story.draw(whole);
    this.#contacts.draw(whole);
    this.#write.draw(whole);
    this.#acts.draw(whole);
    this.#tabs.name("messages", say("case.messages", { count: whole.lines?.length ?? 0 }));
    this.#tabs.name("story", say("case.story", { count: whole.timeline?.length ?? 0 }));
    this.#tabs.name("contacts", say("case.contacts"));
  }

  /** The call of it here; of one that this desk began itself only the softphone tells. */
  #lineOf(incident) {
    const { talks, rings } = this.#known;
    if (talks === incident) return { state: "talking" };
    return rings === incident ? { state: "ringing" } : this.#known.call(incident);
  }

  #stateOf(whole) {
    const { me } = this.#known;
    return [
      `P${whole.priority}`,
      withWhom(whole, me.desk, this.#lineOf(whole.incident)),
      say("case.since", { at: moment(whole.opened_at, now()) }),
      say("case.name", { name: whole.incident.slice(0, SHOWN_DIGITS) }),
    ].join(" · ");
  }
}

/** Who has it now. */
function withWhom(whole, desk, call) {
  const calls = whole.calls ?? [];
  const line = calls.findLast((call) => !call.over);
  const holder = whole.wait?.desk || whole.desk;
  if (whole.closed) return say("state.closed");
  if (call?.state === "talking") return say(call.is_back ? "state.call_back" : "state.call_mine");
  if (call?.state === "ringing") return say("state.rings");
  if (line?.desk) return say("state.call", { desk: line.desk });
  if (line?.waits) return say("state.waiting", { queue: line.waits });
  if (holder) return say(holder === desk ? "state.mine" : "state.other", { desk: holder });
  if (whole.wait) return say("state.waiting", { queue: whole.wait.queue || whole.queue });
  if (line) return say(whole.queue ? "state.waiting" : "state.open", { queue: whole.queue });
  return say(calls.length ? "state.ended" : "state.open");
}
