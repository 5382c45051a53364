/** The bar of the call: the one that rings, or the one on the line, with all that can be done with it. */

import { CallActs } from "./call_acts.js";
import { CurrentCall } from "./current_call.js";
import { tell } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { keepFocus } from "./focus.js";
import { inFrame } from "./frame.js";
import { keypad } from "./keypad.js";
import { onKey } from "./keys.js";
import { announce, shout } from "./live.js";
import { Peers } from "./peers.js";
import { RingGap } from "./ring_gap.js";
import { lasted, now } from "./time.js";
import { said, say } from "./words.js";

const OPENS_AFTER_MS = 3000;

export class CallBar {
  #known;
  #softphone;
  #opening;
  #call;
  #acts;
  #gap = new RingGap();
  #peers = new Peers();
  #what = element("strong", { class: "what" });
  #asked = element("span", { class: "asked" });
  #timer = element("span", { class: "timer" });
  #buttons = {
    answer: button("call.answer", () => this.#softphone.answer(), { kind: "answer", key: "F2", "data-first": true }),
    refuse: button("call.refuse", () => this.#softphone.refuse()),
    hold: button("call.hold", () => this.#acts.hold(), { key: "F4" }),
    mute: button("call.mute", () => this.#acts.mute(), { key: "F7" }),
    keypad: button("call.keypad", () => keypad((key) => this.#softphone.press(key))),
    invite: button("call.invite", () => this.#acts.invite(), { key: "F8" }),
    ppa: button("call.ppa", () => this.#acts.beside("ppa")),
    leave: button("call.leave", () => this.#acts.leave()),
    drop: button("call.drop", () => this.#acts.drop()),
    end: button("call.end", () => this.#acts.end(), { kind: "danger" }),
  };
  /** The call whose case was opened for it, and in which state. */
  #shown = "";
  node = element("section", { class: "call", hint: "call.title", tabindex: "-1" });

  constructor(known, softphone, opening) {
    this.#known = known;
    this.#softphone = softphone;
    this.#opening = opening;
    this.#call = new CurrentCall(known, softphone);
    this.#acts = new CallActs(known, softphone, this.#call);
    this.node.append(
      element("div", { class: "line" }, this.#what, this.#asked, this.#timer),
      this.#peers.node,
      element("div", { class: "buttons" }, ...Object.values(this.#buttons)),
    );
    softphone.addEventListener("change", () => this.#changed());
    softphone.addEventListener("over", ({ detail }) => this.#over(detail));
    softphone.addEventListener("microphone", ({ detail }) => this.#noMicrophone(detail));
    for (const name of ["lists", "me", "case"]) known.on(name, () => inFrame(this.draw));
    known.on("lists", () => this.#showCase());
    onKey("F4", () => this.#acts.hold());
    onKey("F7", () => this.#acts.mute());
    onKey("F8", () => this.#acts.invite());
  }

  get isRinging() {
    return this.#call.state === "ringing";
  }

  /** It rang just now, was not answered here, and may ring again at once. */
  get restsFromRinging() {
    return !this.#call.state && this.#gap.isOn;
  }

  /** It was meant to be answered in that rest. */
  want() {
    this.#gap.want();
    announce(say("call.again"));
  }

  #changed() {
    const { state, incident } = this.#softphone;
    this.#known.rings = state === "ringing" ? incident : "";
    this.#known.talks = state === "talking" || state === "held" ? incident : "";
    this.#known.tell("lists");
    if (!state) this.#shown = "";
    if (state === "ringing") this.#rings(incident);
    this.#showCase();
    // A feed that is late must not keep the case shut for the whole of a call.
    if (state === "talking") setTimeout(() => this.#showCase(true), OPENS_AFTER_MS);
    inFrame(this.draw);
  }

  #rings(incident) {
    const what = say(this.#call.isBack ? "call.back_rings" : "call.rings");
    shout(`${what}. ${this.#call.name}. ${say("call.answer_hint")}`);
    if (this.#gap.isWanted(incident)) this.#softphone.answer();
  }

  /** Not before the gateway knows that it rings or was answered here: until then the case is not this desk's to see. */
  #showCase(anyway = false) {
    const { state, incident } = this.#softphone;
    const known = this.#known.call(incident)?.state === state || anyway;
    const shown = `${incident} ${state}`;
    if (!incident || !known || this.#shown === shown) return;
    this.#shown = shown;
    if (state === "ringing") this.#opening.preview(incident);
    if (state === "talking") this.#opening.open(incident);
  }

  #over({ incident, rang }) {
    announce(say(rang ? "call.missed" : "call.over"));
    if (!rang) return;
    this.#gap.begin(incident, () => inFrame(this.draw));
    this.#opening.giveBack(incident);
  }

  draw = () => keepFocus(this.node, () => this.#draw());

  #draw() {
    const { state, incident, peers } = this.#call;
    this.node.dataset.state = state || "none";
    put(this.#what, state ? `${say(this.#standing)}: ${this.#call.name}` : say(this.#idle));
    put(this.#asked, this.#call.asked);
    this.#drawButtons();
    // While it rings here, who asks is told beside the place.
    this.#peers.draw(incident, state === "ringing" ? [] : peers);
    this.tick();
  }

  #drawButtons() {
    const { hold, mute } = this.#buttons;
    const offered = this.#offered();
    for (const [name, each] of Object.entries(this.#buttons)) show(each, offered[name]);
    put(hold.firstChild, say(this.#call.state === "held" ? "call.unhold" : "call.hold"));
    put(mute.firstChild, say(this.#softphone.muted ? "call.unmute" : "call.mute"));
    mute.setAttribute("aria-pressed", String(this.#softphone.muted));
  }

  /** What can be done now, by the buttons' names. */
  #offered() {
    const { isOwn, isOnTheLine, isShared, incident } = this.#call;
    const rings = isOwn && this.isRinging;
    const own = isOwn && isOnTheLine;
    return {
      answer: rings,
      refuse: rings,
      hold: own,
      mute: own,
      keypad: own,
      invite: isOnTheLine && incident,
      ppa: isOnTheLine && this.#isForPpa,
      leave: isOnTheLine && isShared,
      drop: isOnTheLine && incident && !isShared,
      end: isOnTheLine,
    };
  }

  get #isForPpa() {
    const { isViolence, peers } = this.#call;
    return isViolence && this.#known.me?.agency !== "ppa" && !peers.some((peer) => peer.agency === "ppa");
  }

  tick() {
    const { state, since } = this.#call;
    put(this.#timer, state && since ? lasted(now() - since) : "");
  }

  get #standing() {
    const { state, isBack } = this.#call;
    return isBack && state !== "held" ? `call.back_${state}` : `call.is_${state}`;
  }

  get #idle() {
    return this.restsFromRinging ? "call.again" : "call.none";
  }

  #noMicrophone(why) {
    const words = element("p", { text: `${said("microphone", why)} ${say("microphone.then")}` });
    tell("microphone.title", words);
  }
}
