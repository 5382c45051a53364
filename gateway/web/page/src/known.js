/** What the page knows: who it is, the lists, the open case, the calls. The views read it and listen to it. */

import { merged } from "./catch_up.js";

const NO_LISTS = {
  waiting: [],
  mine: [],
  missed: [],
  limits: [],
  informed: [],
  calls: [],
  waiting_count: 0,
  queue: { waiting: 0, calls: [] },
};

/** A call that is here is nobody's wait. */
const AT_THE_DESK = ["ringing", "talking", "held"];

/** Events: me, lists, case (detail: incident), open, duty, connection, calls. */
export class Known extends EventTarget {
  me = null;
  lists = NO_LISTS;
  cases = new Map();
  open = "";
  /** The case that was open when the gateway said that it does not concern this desk. */
  gone = "";
  duty = { state: "off", reason: "", since: 0 };
  /**
   * Each "on", "off" or "away", since when in seconds since the epoch. `here`: the gateway hears that the page is there;
   * `sound`: the call's; `microphone`: it has one to speak with.
   */
  connection = {
    feed: { state: "off", since: 0 },
    sip: { state: "off", since: 0 },
    store: { state: "on", since: 0 },
    here: { state: "on", since: 0 },
    sound: { state: "on", since: 0 },
    microphone: { state: "on", since: 0 },
  };
  /** Where duty is that this page had, or was refused: {desk, who: a colleague's account, or empty}; null: nowhere. */
  taken = null;
  /** Since when this page was not there, where it does not go on duty by itself again. */
  missedSince = 0;
  /** The session: over; or its end, where that is near. */
  session = { isOver: false, endsAt: 0 };
  /** The incident whose call rings in the page's own telephone; empty: none does. */
  rings = "";
  /** The one whose caller it talks with: known here before the gateway's lists tell it. */
  talks = "";

  on(name, act) {
    this.addEventListener(name, (event) => act(event.detail));
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  putMe(me) {
    this.me = { ...this.me, ...me };
    if (me.duty) this.duty = me.duty;
    this.tell("me");
    this.tell("duty");
  }

  putDuty(duty) {
    this.duty = { ...this.duty, ...duty };
    this.tell("duty");
  }

  putLists(lists) {
    this.lists = { ...NO_LISTS, ...lists };
    this.tell("lists");
  }

  /** A case as it stands; of its timeline nothing that came meanwhile is lost. */
  putCase(whole) {
    const before = this.cases.get(whole.incident);
    // As the gateway tells them now: the account may have another language than before.
    const timeline = merged(whole.timeline ?? [], before?.timeline ?? []);
    this.cases.set(whole.incident, { ...whole, timeline });
    this.tell("case", whole.incident);
  }

  putEntry(entry) {
    const whole = this.cases.get(entry.incident);
    if (!whole) return;
    const timeline = merged(whole.timeline, [entry]);
    if (timeline === whole.timeline) return;
    this.cases.set(entry.incident, { ...whole, timeline });
    this.tell("case", entry.incident);
  }

  putCall(incident, call) {
    const row = { ...this.row(incident), incident, call };
    const others = this.lists.calls.filter((each) => each.incident !== incident);
    const known = this.lists.calls.some((each) => each.incident === incident);
    const calls = known ? this.lists.calls.map((each) => (each.incident === incident ? row : each)) : [...others, row];
    this.lists = { ...this.lists, calls: call.state === "ended" ? others : calls };
    this.tell("lists");
  }

  putConnection(name, state, since) {
    if (this.connection[name].state === state) return;
    this.connection[name] = { state, since };
    this.tell("connection", name);
  }

  /** It no longer concerns this desk. */
  leave(incident) {
    this.cases.delete(incident);
    if (this.open === incident) {
      this.open = "";
      this.gone = incident;
    }
    this.tell("open");
  }

  /** Nobody is at a desk here any more: nothing of a case stays to be read, nor taken for what is. */
  forgetAll() {
    this.cases.clear();
    this.leave(this.open);
    this.putLists({});
  }

  forget(incident) {
    this.cases.delete(incident);
  }

  /** The row of a case in whichever list has it. */
  row(incident) {
    const { calls, mine, waiting, missed, limits, informed } = this.lists;
    return [...calls, ...mine, ...waiting, ...missed, ...limits, ...informed].find((row) => row.incident === incident);
  }

  /** Who waits in the agency's queue; null: nobody knows. Who rings at this desk, or was just answered, is none of them. */
  get queued() {
    const { waiting, calls } = this.lists.queue ?? {};
    if (waiting === null || waiting === undefined) return null;
    const own = (row) => row.incident === this.talks || AT_THE_DESK.includes(this.call(row.incident)?.state);
    const others = (calls ?? []).filter((row) => !own(row));
    return { count: Math.max(0, waiting - ((calls ?? []).length - others.length)), calls: others };
  }

  /**
   * The calls that this desk has. What rings in the page's own telephone that one knows best: it may have refused. Where
   * another page is the desk, a caller who is still on this one's line is the only one here.
   */
  get calls() {
    const isHere = (row) => [this.rings, this.talks].includes(row.incident);
    const isOwn = (row) => (!this.taken && (row.call?.state !== "ringing" || !this.me?.sip)) || isHere(row);
    return this.lists.calls.filter(isOwn);
  }

  /** The call of a case that this desk has; null: none. */
  call(incident) {
    return this.calls.find((row) => row.incident === incident)?.call ?? null;
  }
}
