/** What can be done with the call on the line; asked about first where it cannot be taken back. */

import { invite } from "./conference.js";
import { ask } from "./dialog.js";
import { announce } from "./live.js";
import { onCall } from "./server.js";
import { say } from "./words.js";

export class CallActs {
  #known;
  #softphone;
  #call;
  #asks = false;

  constructor(known, softphone, call) {
    this.#known = known;
    this.#softphone = softphone;
    this.#call = call;
  }

  hold() {
    const { state } = this.#softphone;
    if (state === "talking" || state === "held") this.#softphone.hold(state === "talking");
  }

  mute() {
    if (["talking", "held"].includes(this.#softphone.state)) this.#softphone.mute(!this.#softphone.muted);
  }

  /** Its question comes only when the gateway has told who is on duty: a key pressed again meanwhile asks nothing more. */
  async invite() {
    if (this.#asks || !this.#call.isOnTheLine) return;
    this.#asks = true;
    try {
      await invite(this.#known, this.#call.incident);
    } finally {
      this.#asks = false;
    }
  }

  /** An agency that joins without having been chosen. */
  async beside(agency) {
    if (await this.#try("invite", { agency, transfer: false })) announce(say("call.invited", { agency }));
  }

  async leave() {
    const yes = await ask({ title: "call.leave_ask", text: [say("call.leave_text")], yes: "call.leave" });
    if (yes) await this.#try("leave");
  }

  async end() {
    const yes = await ask({ title: "call.end_ask", text: [say("call.end_text")], yes: "call.end", danger: true });
    if (!yes) return;
    if (!this.#call.incident) this.#softphone.hangUp();
    // When the gateway cannot end it, the desk can still leave: the caller then goes to the head of the queue.
    else if (!(await this.#try("end")) && this.#softphone.hasCall()) await this.drop();
  }

  /** Give the caller back to the head of the queue. */
  async drop() {
    const yes = await ask({ title: "call.drop", text: [say("call.drop_text")], yes: "call.drop", danger: true });
    if (yes && !(await this.#try("requeue"))) this.#softphone.hangUp();
  }

  async #try(what, body = {}) {
    try {
      await onCall(this.#call.incident, what, body);
      return true;
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
      return false;
    }
  }
}
