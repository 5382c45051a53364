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

export class Duty {
  #known;
  #softphone;
  #told = 0;
  #slept = 0;

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
    if (before?.desk && isAgain && (await this.#say(before))) await this.#softphone.ready();
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
      const me = await act("/api/duty", { desk: this.#known.me.desk, tab: TAB, ...wanted });
      this.#known.taken = false;
      this.#known.missedSince = 0;
      this.#known.putMe(me);
      remember(wanted.state === "off" ? null : { ...wanted, desk: me.desk, instead: false }, me.account);
      announce(say(`duty.now_${wanted.state}`));
      return true;
    } catch (fault) {
      if (["elsewhere_on_duty", "desk_taken"].includes(fault.name_) && !wanted.instead)
        return this.#instead(wanted, fault);
      announce(fault.sentence ?? String(fault), { bad: true });
      return false;
    }
  }

  /** The gateway took this page for lost, as when the network was away: it is here, so it is the desk again. */
  async #again() {
    const { state, reason } = this.#known.duty;
    const { desk } = this.#known.me;
    const slept = this.#slept;
    this.#slept = 0;
    this.#known.putDuty({ state: "off", reason: "", since: 0 });
    if (slept > STAYS_S) {
      this.#known.missedSince = now() - slept;
      this.#softphone.end();
      this.#known.forgetAll();
      return this.#known.tell("standing");
    }
    if (!(await this.#say({ state, reason, desk }))) return null;
    announce(say("duty.was_lost"), { bad: true });
    await this.#softphone.ready();
    return null;
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
      this.#known.putConnection("here", "on", now());
      if (duty?.state === "off") return await this.#again();
      this.#slept = 0;
      if (duty) this.#known.putDuty(duty);
    } catch (fault) {
      if (fault.isAway) this.#known.putConnection("here", "away", now());
      if (fault.status === 409) {
        this.#known.taken = true;
        this.#known.tell("standing");
        this.#softphone.end();
      }
    }
    return null;
  }

  get isOn() {
    return this.#known.me && this.#known.duty.state !== "off" && !this.#known.taken;
  }
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
