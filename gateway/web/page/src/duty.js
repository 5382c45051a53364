/** On duty, pause, off: this page is the desk while it says every three seconds that it is there. */

import { ask } from "./dialog.js";
import { announce } from "./live.js";
import { act, TAB } from "./server.js";
import { names, said, say } from "./words.js";

const HERE_EVERY_MS = 3000;

export class Duty {
  #known;
  #softphone;

  constructor(known, softphone) {
    this.#known = known;
    this.#softphone = softphone;
  }

  start() {
    setInterval(() => this.#here(), HERE_EVERY_MS);
    // The caller of a page that is closed goes to the head of the queue at once, instead of after ten seconds of silence.
    // No BYE is sent: that would end the call.
    addEventListener("pagehide", () => {
      if (this.#isOn()) act("/api/here", { tab: TAB, gone: true }, { keepalive: true }).catch(() => {});
    });
    addEventListener("beforeunload", (event) => {
      if (this.#softphone.hasCall()) event.preventDefault();
    });
  }

  async on(desk, instead = false) {
    if (await this.#say({ state: "on", desk, instead })) await this.#softphone.ready();
  }

  async pause() {
    const choices = names("pause").map((value) => ({ value, label: said("pause", value) }));
    const fields = [{ name: "reason", label: "duty.why", kind: "choice", choices }];
    const answer = await ask({ title: "duty.pause", fields, yes: "duty.pause" });
    if (answer) await this.#say({ state: "pause", reason: answer.reason });
  }

  async off() {
    const { mine, calls } = this.#known.lists;
    const text = calls.length ? [say("duty.off_calls")] : mine.length ? [say("duty.off_mine", { count: mine.length })] : [];
    if (await ask({ title: "duty.off_ask", text, yes: "duty.off" })) {
      if (await this.#say({ state: "off" })) this.#softphone.end();
    }
  }

  async #say(wanted) {
    try {
      const me = await act("/api/duty", { desk: this.#known.me.desk, tab: TAB, ...wanted });
      this.#known.taken = false;
      this.#known.putMe(me);
      announce(say(`duty.now_${wanted.state}`));
      return true;
    } catch (fault) {
      if (fault.name_ === "elsewhere" && !wanted.instead) return this.#instead(wanted, fault);
      announce(fault.sentence ?? String(fault), { bad: true });
      return false;
    }
  }

  async #instead(wanted, fault) {
    const yes = await ask({ title: "duty.elsewhere", text: [fault.sentence], yes: "duty.instead", danger: true });
    return yes ? this.#say({ ...wanted, instead: true }) : false;
  }

  async #here() {
    if (!this.#isOn()) return;
    try {
      const { duty } = await act("/api/here", { tab: TAB });
      if (duty) this.#known.putDuty(duty);
    } catch (fault) {
      // The feed tells that the connection is gone; that another page has the desk is told here alone.
      if (fault.status === 409) {
        this.#known.taken = true;
        this.#known.tell("standing");
      }
    }
  }

  #isOn() {
    return this.#known.me && this.#known.duty.state !== "off" && !this.#known.taken;
  }
}
