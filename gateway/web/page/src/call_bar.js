/** The bar of the call: the one that rings, or the one on the line, with all that can be done with it. */

import { ask, tell } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { inFrame } from "./frame.js";
import { announce, shout } from "./live.js";
import { invite, peersOf, takeBack } from "./conference.js";
import { keypad } from "./keypad.js";
import { onKey } from "./keys.js";
import { brief } from "./placed.js";
import { onCall } from "./server.js";
import { lasted, now } from "./time.js";
import { said, say } from "./words.js";

const OPENS_AFTER_MS = 3000;

/** A queue lets a desk rest between two rings: a key that meant the call must not take anything else meanwhile. */
const RINGS_AGAIN_MS = 3000;

export class CallBar {
  #known;
  #softphone;
  #opening;
  #what = element("strong", { class: "what" });
  #asked = element("span", { class: "asked" });
  #timer = element("span", { class: "timer" });
  #peers = element("ul", { class: "peers", hint: "call.others" });
  #answer = button("call.answer", () => this.#softphone.answer(), { kind: "answer", key: "F2", "data-first": true });
  #refuse = button("call.refuse", () => this.#softphone.refuse());
  #hold = button("call.hold", () => this.hold(), { key: "F4" });
  #mute = button("call.mute", () => this.mute(), { key: "F7" });
  #keys = button("call.keypad", () => keypad((key) => this.#softphone.press(key)));
  #invite = button("call.invite", () => this.invite(), { key: "F8" });
  #ppa = button("call.ppa", () => this.#beside("ppa"));
  #leave = button("call.leave", () => this.leave());
  #drop = button("call.drop", () => this.drop());
  #end = button("call.end", () => this.end(), { kind: "danger" });
  #shown = "";
  #rangAt = -Infinity;
  #rang = "";
  #wanted = "";
  node = element("section", { class: "call", hint: "call.title", tabindex: "-1" });

  constructor(known, softphone, opening) {
    this.#known = known;
    this.#softphone = softphone;
    this.#opening = opening;
    this.node.append(
      element("div", { class: "line" }, this.#what, this.#asked, this.#timer),
      this.#peers,
      element(
        "div",
        { class: "buttons" },
        this.#answer,
        this.#refuse,
        this.#hold,
        this.#mute,
        this.#keys,
        this.#invite,
        this.#ppa,
        this.#leave,
        this.#drop,
        this.#end,
      ),
    );
    softphone.addEventListener("change", () => this.#changed());
    softphone.addEventListener("over", ({ detail }) => this.#over(detail));
    softphone.addEventListener("microphone", ({ detail }) => this.#noMicrophone(detail));
    for (const name of ["lists", "me", "case"]) known.on(name, () => inFrame(this.draw));
    known.on("lists", () => this.#showCase());
    onKey("F4", () => this.hold());
    onKey("F7", () => this.mute());
    onKey("F8", () => this.invite());
  }

  /** The incident of the call that rings or is on the line; of a telephone's beside the page, too. */
  get incident() {
    return this.#softphone.incident || this.#known.calls.find((row) => row.call?.state !== "ended")?.incident || "";
  }

  get state() {
    if (this.#softphone.hasCall()) return this.#softphone.state;
    const state = this.#known.call(this.incident)?.state ?? "";
    return state === "ended" ? "" : state;
  }

  /** It rang just now, was not answered here, and may ring again at once. */
  get restsFromRinging() {
    return !this.state && performance.now() - this.#rangAt < RINGS_AGAIN_MS;
  }

  /** It was meant to be answered in that rest: it is, when it rings again. */
  want() {
    this.#wanted = this.#rang;
    announce(say("call.again"));
  }

  get isRinging() {
    return this.state === "ringing";
  }

  #changed() {
    const { state, incident } = this.#softphone;
    this.#known.rings = state === "ringing" ? incident : "";
    this.#known.talks = state === "talking" || state === "held" ? incident : "";
    this.#known.tell("lists");
    if (state === "ringing") shout(`${say(this.#isBack ? "call.back_rings" : "call.rings")}. ${this.#name()}. ${say("call.answer_hint")}`);
    if (!state) this.#shown = "";
    const wanted = state === "ringing" && incident && incident === this.#wanted;
    if (wanted && performance.now() - this.#rangAt < RINGS_AGAIN_MS) this.#softphone.answer();
    this.#showCase();
    // A feed that is late must not keep the case shut for the whole of a call.
    if (state === "talking") setTimeout(() => this.#showCase(true), OPENS_AFTER_MS);
    inFrame(this.draw);
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
    this.#rangAt = performance.now();
    this.#rang = incident;
    this.#wanted = "";
    setTimeout(() => inFrame(this.draw), RINGS_AGAIN_MS + 100);
    this.#opening.giveBack(incident);
  }

  draw = () => {
    const { state } = this;
    const own = this.#softphone.hasCall();
    const talks = state === "talking" || state === "held";
    const others = peersOf(this.#known.call(this.incident));
    this.node.dataset.state = state || "none";
    put(this.#what, state ? `${say(this.#standing(state))}: ${this.#name()}` : say(this.#idle));
    put(this.#asked, state === "ringing" ? this.#whoAsks() : "");
    show(this.#answer, own && state === "ringing");
    show(this.#refuse, own && state === "ringing");
    for (const each of [this.#hold, this.#mute, this.#keys]) show(each, own && talks);
    put(this.#hold.firstChild, say(state === "held" ? "call.unhold" : "call.hold"));
    put(this.#mute.firstChild, say(this.#softphone.muted ? "call.unmute" : "call.mute"));
    this.#mute.setAttribute("aria-pressed", String(this.#softphone.muted));
    show(this.#invite, talks && this.incident);
    show(
      this.#ppa,
      talks && this.#isViolence() && this.#known.me?.agency !== "ppa" && !others.some((peer) => peer.agency === "ppa"),
    );
    const isTogether = others.some((peer) => peer.state === "joined") || this.#known.call(this.incident)?.together;
    show(this.#leave, talks && isTogether);
    show(this.#drop, talks && this.incident && !isTogether);
    show(this.#end, talks);
    // While it rings here, who asks is told beside the place.
    this.#drawPeers(state === "ringing" ? [] : others);
    this.tick();
  };

  tick() {
    const { state } = this;
    const since = this.#softphone.hasCall() ? this.#softphone.since : this.#known.call(this.incident)?.since;
    put(this.#timer, state && since ? lasted(now() - since) : "");
  }

  hold() {
    const { state } = this.#softphone;
    if (state === "talking" || state === "held") this.#softphone.hold(state === "talking");
  }

  mute() {
    if (["talking", "held"].includes(this.#softphone.state)) this.#softphone.mute(!this.#softphone.muted);
  }

  invite() {
    if (["talking", "held"].includes(this.state)) invite(this.#known, this.incident);
  }

  async leave() {
    const yes = await ask({ title: "call.leave_ask", text: [say("call.leave_text")], yes: "call.leave" });
    if (yes) await this.#try("leave");
  }

  async end() {
    const yes = await ask({ title: "call.end_ask", text: [say("call.end_text")], yes: "call.end", danger: true });
    if (!yes) return;
    if (!this.incident) return this.#softphone.hangUp();
    // When the gateway cannot end it, the desk can still leave: the caller then goes to the head of the queue.
    if (!(await this.#try("end")) && this.#softphone.hasCall()) await this.drop();
    return null;
  }

  /** Give the caller back to the head of the queue. */
  async drop() {
    const yes = await ask({ title: "call.drop", text: [say("call.drop_text")], yes: "call.drop", danger: true });
    if (yes && !(await this.#try("requeue"))) this.#softphone.hangUp();
  }

  async #beside(agency) {
    try {
      await onCall(this.incident, "invite", { agency, transfer: false });
    } catch (fault) {
      announce(fault.sentence, { bad: true });
    }
  }

  async #try(what) {
    try {
      await onCall(this.incident, what);
      return true;
    } catch (fault) {
      announce(fault.sentence, { bad: true });
      return false;
    }
  }

  #name() {
    const case_ = this.#known.cases.get(this.incident) ?? this.#known.row(this.incident);
    if (!case_) return this.incident ? say("call.case_coming") : say("call.no_case");
    return [case_.nature && said("nature", case_.nature), brief(case_.place)].filter(Boolean).join(" · ");
  }

  /** The gateway's or a desk's own: who answers here speaks to nobody yet, the caller is rung only then. */
  get #isBack() {
    return Boolean(this.#known.call(this.incident)?.is_back);
  }

  #standing(state) {
    return this.#isBack && state !== "held" ? `call.back_${state}` : `call.is_${state}`;
  }

  get #idle() {
    return this.restsFromRinging ? "call.again" : "call.none";
  }

  /** Another desk has the caller and asks this one to come; which, where the agency may know. */
  #whoAsks() {
    const call = this.#known.call(this.incident);
    if (!call?.together) return this.#isBack ? say("call.back_first") : "";
    const desk = peersOf(call).find((peer) => peer.state === "joined")?.desk;
    return desk ? say("call.asked_by", { desk }) : say("call.asked");
  }

  #isViolence() {
    return (this.#known.cases.get(this.incident) ?? this.#known.row(this.incident))?.nature === "violence";
  }

  #drawPeers(others) {
    const state = JSON.stringify([others, this.incident, say("call.none")]);
    if (this.#peers.dataset.drawn === state) return;
    this.#peers.dataset.drawn = state;
    this.#peers.replaceChildren(...others.map((peer) => this.#peer(peer)));
  }

  #peer(peer) {
    const why = peer.why ? ` (${said("why", peer.why)})` : "";
    const words = `${peer.desk || peer.agency}: ${said("peer", peer.state)}${why}`;
    const cancel = button("call.take_back", () => takeBack(this.incident, peer), { kind: "small" });
    const open = ["invited", "ringing"].includes(peer.state);
    return element("li", { data: { state: peer.state } }, element("span", { text: words }), open ? cancel : null);
  }

  #noMicrophone(why) {
    const words = element("p", { text: `${said("microphone", why)} ${say("microphone.then")}` });
    tell("microphone.title", words);
  }
}
