/** The call at this desk: the page's own telephone has it, or one that stands beside the page. */

import { peersOf } from "./conference.js";
import { brief } from "./placed.js";
import { said, say } from "./words.js";

const ON_THE_LINE = ["talking", "held"];

export class CurrentCall {
  #known;
  #softphone;

  constructor(known, softphone) {
    this.#known = known;
    this.#softphone = softphone;
  }

  get incident() {
    return this.#softphone.incident || this.#known.calls.find((row) => row.call?.state !== "ended")?.incident || "";
  }

  /** "", "ringing", "talking", "held". */
  get state() {
    if (this.isOwn) return this.#softphone.state;
    const state = this.#told?.state ?? "";
    return state === "ended" ? "" : state;
  }

  get since() {
    return this.isOwn ? this.#softphone.since : this.#told?.since;
  }

  /** The page's own telephone has it. */
  get isOwn() {
    return this.#softphone.hasCall();
  }

  get isOnTheLine() {
    return ON_THE_LINE.includes(this.state);
  }

  /** The gateway's or a desk's own: who answers here speaks to nobody yet, the caller is rung only then. */
  get isBack() {
    return Boolean(this.#told?.is_back);
  }

  /** Other desks in it, or asked to come. */
  get peers() {
    return peersOf(this.#told);
  }

  /** Another desk has the caller, too. */
  get isShared() {
    return Boolean(this.#told?.together) || this.peers.some((peer) => peer.state === "joined");
  }

  get isViolence() {
    return this.#case?.nature === "violence";
  }

  /** What it is about, and where. */
  get name() {
    const { nature, place } = this.#case ?? {};
    if (!this.#case) return say(this.incident ? "call.case_coming" : "call.no_case");
    return [nature && said("nature", nature), brief(place)].filter(Boolean).join(" · ");
  }

  /** While it rings: another desk has the caller and asks this one to come; which, where the agency may know. */
  get asked() {
    if (this.state !== "ringing") return "";
    if (!this.#told?.together) return this.isBack ? say("call.back_first") : "";
    const desk = this.peers.find((peer) => peer.state === "joined")?.desk;
    return desk ? say("call.asked_by", { desk }) : say("call.asked");
  }

  get #told() {
    return this.#known.call(this.incident);
  }

  get #case() {
    return this.#known.cases.get(this.incident) ?? this.#known.row(this.incident);
  }
}
