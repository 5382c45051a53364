/**
 * The page's line to Asterisk: JsSIP over a WebSocket, registered while it is wanted. Its password is renewed long before
 * it ends, and while that fails the one before it goes on.
 */

import JsSIP from "jssip";

import { act, TAB } from "./server.js";
import { onTick, onWake } from "./ticks.js";
import { now } from "./time.js";

/** At this part of a password's life it is replaced. */
const RENEW_AT = 2 / 3;
const RETRY_MS = 3000;
const KEEP_MS = 25_000;

/** Asterisk asks each ten seconds whether the page is there: a line by which it did not is dead. */
const DEAF_MS = 25_000;

/** Events: come (detail: JsSIP's of a call), anew (registered again by another socket). */
export class SipLine extends EventTarget {
  #known;
  #agent = null;
  #wanted = false;
  #renewAt = Infinity;
  #renewing = false;
  #registered = 0;
  #asked = 0;
  #sockets = 0;

  constructor(known) {
    super();
    this.#known = known;
    known.on("me", () => this.#take());
    known.on("connection", (name) => name === "feed" && this.#isBack());
    onTick(() => this.#look());
    onWake(() => this.#again());
    addEventListener("online", () => this.#again());
  }

  open() {
    this.#wanted = true;
    this.#take();
  }

  /** @param stays a call is on the line: it goes on until `drop`, but nothing is renewed. */
  close(stays) {
    this.#wanted = false;
    this.#renewAt = Infinity;
    if (!stays) this.drop();
  }

  /** Let go of the line where it is not wanted any more. */
  drop() {
    if (this.#wanted) return;
    this.#agent?.removeAllListeners();
    this.#agent?.stop();
    this.#agent = null;
    this.#connection("off");
  }

  /** Each change of duty may bring a new password, and the one before it holds no longer. */
  #take() {
    const { sip } = this.#known.me;
    if (!sip || !this.#wanted) return;
    this.#renewAt = performance.now() + Math.max(RETRY_MS, (sip.expires_at - now()) * 1000 * RENEW_AT);
    if (!this.#agent) return this.#start(sip);
    this.#agent.set("password", sip.password);
    this.#register();
  }

  #start(sip) {
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(sip.ws)],
      uri: sip.uri,
      authorization_user: sip.user,
      password: sip.password,
      register: true,
      register_expires: 300,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 3,
      user_agent: "gateway112 desk",
    });
    this.#agent = agent;
    this.#sockets = 0;
    agent.on("connected", () => {
      this.#sockets += 1;
      this.#asked = performance.now();
    });
    agent.on("newOptions", () => (this.#asked = performance.now()));
    agent.on("registered", () => this.#isRegistered());
    agent.on("unregistered", () => this.#connection(this.#wanted ? "away" : "off"));
    agent.on("disconnected", () => this.#connection(this.#wanted ? "away" : "off"));
    agent.on("registrationFailed", ({ cause }) => this.#refused(cause));
    agent.on("newRTCSession", (come) => this.dispatchEvent(new CustomEvent("come", { detail: come })));
    agent.start();
  }

  #isRegistered() {
    this.#registered = performance.now();
    this.#connection("on");
    if (this.#sockets > 1) this.dispatchEvent(new Event("anew"));
  }

  #refused(cause) {
    this.#connection("away");
    this.#renewAt = Math.min(this.#renewAt, performance.now() + RETRY_MS);
    if (cause === JsSIP.C.causes.REQUEST_TIMEOUT) this.#again();
  }

  #look() {
    const at = performance.now();
    if (!this.#wanted || !this.#agent) return;
    if (at > this.#renewAt) this.#renew();
    if (this.#agent.isConnected() && at - this.#asked > DEAF_MS) this.#again();
    // JsSIP's own timer comes a minute late in a page that is hidden.
    else if (document.hidden && at - this.#registered > KEEP_MS) this.#register();
  }

  async #renew() {
    this.#renewAt = performance.now() + RETRY_MS;
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      const { sip } = await act("/api/sip", { tab: TAB });
      this.#known.me = { ...this.#known.me, sip };
      this.#take();
    } catch {
      // The line was refused, or its request lost: the password that is known may still be good.
      if (this.#wanted && !this.#agent?.isRegistered()) this.#register();
    } finally {
      this.#renewing = false;
    }
  }

  #register() {
    if (!this.#agent?.isConnected()) return; // It registers as soon as it is.
    this.#registered = performance.now();
    this.#agent.register();
  }

  /** The gateway is there again: who lets this line through may have been away with it, and JsSIP tries now and then. */
  #isBack() {
    const { state } = this.#known.connection.feed;
    if (state === "on" && this.#agent && !this.#agent.isConnected()) this.#again();
  }

  /** By another socket: this one's other end may be gone without a word. Calls go on, their sound goes another way. */
  #again() {
    if (!this.#agent || !this.#wanted) return;
    this.#asked = performance.now();
    this.#agent.transport.disconnect();
    this.#agent.transport.connect();
  }

  #connection(state) {
    this.#known.putConnection("sip", state, now());
  }
}
