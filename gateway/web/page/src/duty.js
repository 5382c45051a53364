/** On duty, pause, off: this page is the desk while it says every three seconds that it is there. */

import { ask } from "./dialog.js";
import { announce } from "./live.js";
import { act, TAB } from "./server.js";
import { onTick, onWake } from "./ticks.js";
import { now } from "./time.js";
import { names, said, say } from "./words.js";

const HERE_EVERY_MS = 2500;
const NAME = "gateway112-duty";

/** Who comes back to a machine that slept so long may be another one. */
const STAYS_S = 600;

/** Another page has the account's duty, or somebody else the desk: asking again changes nothing. */
const TAKEN = ["elsewhere_on_duty", "desk_taken"];

export class Duty {
  #known;
  #softphone;
  #told = 0;
  #slept = 0;
  /** How many changes were asked for that are not answered yet. */
  #changes = 0;

  constructor(known, softphone) {
    this.#known = known;
    this.#softphone = softphone;
  }

  start() {
    onTick(() => this.#here());
    onWake((seconds) => {
      this.#slept = seconds;
      this.#told = -HERE_EVERY_MS;
    });
    // What the network brings wakes a hidden page also where it has no worker.
    this.#known.on("heard", () => this.#here());
    // A browser freezes no page that holds a lock: here one waits for a telephone.
    navigator.locks?.request(`gateway112-${TAB}`, () => new Promise(() => {})).catch(() => {});
    // A page that was put aside as a whole knows nothing of what happened since.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    // Who cannot speak would be rung again and again, and the caller with him.
    this.#softphone.addEventListener("microphone", () => this.#deaf());
    // The caller of a page that is closed goes to the head of the queue at once, and not after ten seconds of silence.
    // No BYE is sent: that would end the call.
    addEventListener("pagehide", () => {
      if (this.isOn) act("/api/here", { tab: TAB, gone: true }, { keepalive: true }).catch(() => {});
    });
    addEventListener("beforeunload", (event) => {
      if (this.#softphone.hasCall()) event.preventDefault();
    });
  }

  async on(desk, instead = false) {
    if (await this.#say({ state: "on", desk, instead })) await this.#softphone.ready();
  }

  /** After the page was loaded anew by hand, it goes on as it was. */
  async resume() {
    const before = remembered(this.#known.me.account);
    const [load] = performance.getEntriesByType("navigation");
    const isAgain = ["reload", "back_forward"].includes(load?.type) || document.wasDiscarded;
    while (before?.desk && isAgain && !this.isOn && !this.#known.taken) {
      try {
        await this.#change(before);
        announce(say(`duty.now_${before.state}`));
        await this.#softphone.ready();
      } catch (fault) {
        if (!isLater(fault)) return this.#refused(fault, before.desk);
        // A gateway that is just starting has no way to Asterisk yet.
        await new Promise((resolve) => setTimeout(resolve, HERE_EVERY_MS));
      }
    }
    return null;
  }

  /** Duty comes here from wherever it was found to be. The account's own other page ends; a colleague is asked about. */
  async take() {
    const { desk, who } = this.#known.taken;
    if (await this.#say({ state: "on", desk, instead: !who })) await this.#softphone.ready();
  }

  async pause() {
    const choices = names("pause").map((value) => ({ value, label: said("pause", value) }));
    const fields = [{ name: "reason", label: "duty.why", kind: "choice", choices }];
    const answer = await ask({ title: "duty.pause", fields, yes: "duty.pause" });
    if (answer) await this.#say({ state: "pause", reason: answer.reason });
  }

  async #deaf() {
    if (this.isOn && this.#known.duty.state === "on") await this.#say({ state: "pause", reason: "technical" });
    this.#softphone.refuse();
  }

  /** Leave duty, asked about; whether it was left. */
  async off() {
    const { mine, calls } = this.#known.lists;
    const text = calls.length
      ? [say("duty.off_calls")]
      : mine.length
        ? [say("duty.off_mine", { count: mine.length })]
        : [];
    if (!(await ask({ title: "duty.off_ask", text, yes: "duty.off" }))) return false;
    const left = await this.#say({ state: "off" });
    if (left) this.#softphone.end();
    return left;
  }

  async #say(wanted) {
    try {
      await this.#change(wanted);
      announce(say(`duty.now_${wanted.state}`));
      return true;
    } catch (fault) {
      if (TAKEN.includes(fault.name_) && !wanted.instead) return this.#instead(wanted, fault);
      announce(fault.sentence ?? String(fault), { bad: true });
      return false;
    }
  }

  async #change(wanted) {
    this.#changes += 1;
    try {
      const me = await act("/api/duty", { desk: this.#known.me.desk, tab: TAB, ...wanted });
      this.#known.taken = null;
      this.#known.missedSince = 0;
      this.#known.putMe(me);
      remember(wanted.state === "off" ? null : { ...wanted, desk: me.desk, instead: false }, me.account);
    } finally {
      this.#changes -= 1;
    }
  }

  /** The gateway took this page for lost, as when the network was away: it is here, so it is the desk again. */
  async #again() {
    const { state, reason } = this.#known.duty;
    const { desk } = this.#known.me;
    const slept = this.#slept;
    this.#slept = 0;
    if (slept > STAYS_S) {
      this.#known.missedSince = now() - slept;
      this.#leave();
      this.#known.forgetAll();
      return;
    }
    await this.#change({ state, reason, desk });
    announce(say("duty.was_lost"), { bad: true });
    await this.#softphone.ready();
  }

  /** This page is at no desk any more, and asks for none until somebody says so. A call on the line goes on. */
  #refused(fault, desk) {
    if (TAKEN.includes(fault.name_)) {
      const { who } = fault.more;
      this.#known.taken = fault.name_ === "desk_taken" ? { desk, who } : { desk: who, who: "" };
    } else announce(fault.sentence ?? String(fault), { bad: true });
    this.#leave();
  }

  #leave() {
    this.#known.putDuty({ state: "off", reason: "", since: 0 });
    this.#softphone.end();
    this.#known.tell("standing");
  }

  /** At the desk where this page was, as it was: whoever signs in once more goes on. */
  back() {
    this.#told = -HERE_EVERY_MS;
    return this.#here();
  }

  async #instead(wanted, fault) {
    const yes = await ask({ title: "duty.elsewhere", text: [fault.sentence], yes: "duty.instead", danger: true });
    return yes ? this.#say({ ...wanted, instead: true }) : false;
  }

  async #here() {
    if (!this.isOn || this.#known.session.isOver || performance.now() - this.#told < HERE_EVERY_MS - 200) return;
    this.#told = performance.now();
    try {
      const { duty } = await act("/api/here", { tab: TAB });
      // What was said meanwhile is newer.
      if (!this.isOn || this.#changes) return;
      if (duty?.state === "off") await this.#again();
      else {
        this.#slept = 0;
        if (duty) this.#known.putDuty(duty);
      }
      this.#known.putConnection("here", "on", now());
    } catch (fault) {
      if (isLater(fault)) this.#known.putConnection("here", "away", now());
      else if (this.isOn && !isOut(fault)) this.#refused(fault, this.#known.me.desk);
    }
  }

  get isOn() {
    return this.#known.me && this.#known.duty.state !== "off" && !this.#known.taken;
  }
}

/** Asked again in a moment, it may be possible. */
function isLater(fault) {
  return fault.isAway || fault.status >= 500 || fault.status === 429 || fault.name_ === "asterisk_refused";
}

/** What becomes of a session that is over, session.js sees to. */
function isOut(fault) {
  return fault.status === 401 || fault.name_ === "no_token";
}

/** For this tab and this account: the next person may sign in in the same one. */
function remember(wanted, account) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(wanted && { account, wanted }));
  } catch {
    // Then a reloaded page is off duty, and says so.
  }
}

function remembered(account) {
  try {
    const found = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    return found?.account === account ? found.wanted : null;
  } catch {
    return null;
  }
}
