/**
 * The telephone in the page: JsSIP over a WebSocket to Asterisk, audio by WebRTC. It registers while the account is on
 * duty. It never ends a caller's call by itself.
 */

import JsSIP from "jssip";

import { free, media } from "./media.js";
import { Refused, act, TAB } from "./server.js";
import { now } from "./time.js";

const MEDIA = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

const RENEW_BEFORE_S = 60;
const RETRY_MS = 3000;
const AGAIN_MS = 100;
const KEEP_MS = 25_000;

/** Events: change (of anything that is shown), microphone (detail: why there is none). */
export class Softphone extends EventTarget {
  #known;
  #agent = null;
  #session = null;
  #sound = new Audio();
  #stream = null;
  #renewing = 0;
  #wanted = false;
  #held = false;
  #registered = 0;
  /** "", "ringing", "talking", "held". */
  state = "";
  incident = "";
  since = 0;
  muted = false;

  constructor(known) {
    super();
    this.#known = known;
    this.#sound.autoplay = true;
    known.on("me", () => this.#renewed());
    known.on("heard", () => this.#keep());
  }

  hasCall() {
    return Boolean(this.#session);
  }

  /** Register, and ask for the microphone now rather than while somebody waits. */
  async ready() {
    this.#wanted = true;
    if (!this.#known.me.sip) return;
    free(await this.#microphone());
    this.#register();
  }

  end() {
    this.#wanted = false;
    clearTimeout(this.#renewing);
    // A call that is still there goes on: Asterisk, which pauses the desk, knows what becomes of it.
    if (!this.#session) this.#stop();
  }

  #register() {
    const { sip } = this.#known.me;
    if (!sip || !this.#wanted) return;
    if (!this.#session) this.#stop();
    const socket = new JsSIP.WebSocketInterface(sip.ws);
    this.#agent = new JsSIP.UA({
      sockets: [socket],
      uri: sip.uri,
      authorization_user: sip.user,
      password: sip.password,
      register: true,
      register_expires: 300,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: "gateway112 desk",
    });
    this.#agent.on("registered", () => {
      this.#registered = performance.now();
      this.#connection("on");
    });
    this.#agent.on("unregistered", () => this.#connection(this.#wanted ? "away" : "off"));
    this.#agent.on("disconnected", () => this.#connection(this.#wanted ? "away" : "off"));
    this.#agent.on("registrationFailed", () => this.#refused());
    this.#agent.on("newRTCSession", (come) => this.#come(come));
    this.#agent.start();
    this.#renewLater(sip.expires_at);
  }

  #stop() {
    this.#agent?.removeAllListeners();
    this.#agent?.stop();
    this.#agent = null;
    this.#connection("off");
  }

  #connection(state) {
    this.#known.putConnection("sip", state, now());
  }

  #refused() {
    this.#connection("away");
    clearTimeout(this.#renewing);
    this.#renewing = setTimeout(() => this.#renew(), RETRY_MS);
  }

  /** A hidden page's timers come a minute late, and JsSIP's are such; what the feed brings is in time. */
  #keep() {
    if (!document.hidden || !this.#agent?.isRegistered()) return;
    if (performance.now() - this.#registered > KEEP_MS) this.#agent.register();
  }

  /** Each change of duty brings a new password, and the one before it holds no longer. */
  #renewed() {
    const { sip } = this.#known.me;
    if (!sip || !this.#agent) return;
    this.#agent.set("password", sip.password);
    this.#renewLater(sip.expires_at);
  }

  #renewLater(expires) {
    clearTimeout(this.#renewing);
    if (!expires) return;
    this.#renewing = setTimeout(() => this.#renew(), Math.max(RETRY_MS, (expires - now() - RENEW_BEFORE_S) * 1000));
  }

  async #renew() {
    if (!this.#wanted) return;
    try {
      const { sip } = await act("/api/sip", { tab: TAB });
      this.#known.me = { ...this.#known.me, sip };
      // A call that is going on keeps its agent.
      if (this.#session && this.#agent) this.#renewed();
      else this.#register();
    } catch {
      this.#refused();
    }
  }

  #come({ originator, session, request }) {
    if (originator !== "remote") return;
    if (this.#session) {
      session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    this.#session = session;
    this.incident = request.getHeader("X-Incident-ID") ?? "";
    this.muted = false;
    this.#become("ringing");
    for (const [event, handle] of Object.entries(media(this.#sound))) session.on(event, handle);
    session.on("confirmed", () => this.#become("talking"));
    session.on("hold", ({ originator: by }) => by === "local" && this.#become("held", this.since));
    session.on("unhold", ({ originator: by }) => by === "local" && this.#become("talking", this.since));
    session.on("ended", ({ cause }) => this.#over(cause));
    session.on("failed", ({ cause }) => this.#over(cause));
  }

  #become(state, since = now()) {
    this.state = state;
    this.since = since;
    this.dispatchEvent(new CustomEvent("change", { detail: state }));
  }

  #over(cause) {
    this.#session = null;
    this.#sound.srcObject = null;
    free(this.#stream);
    this.#stream = null;
    const incident = this.incident;
    this.dispatchEvent(new CustomEvent("over", { detail: { incident, cause, rang: this.state === "ringing" } }));
    this.incident = "";
    this.#become("");
    if (!this.#wanted) this.#stop();
  }

  async answer() {
    if (this.state !== "ringing") return;
    const stream = await this.#microphone();
    if (!stream || this.state !== "ringing") return free(stream);
    this.#stream = stream;
    this.#session.answer({ ...MEDIA, mediaStream: stream });
  }

  /** Let the next desk have it. */
  refuse() {
    if (this.state === "ringing") this.#session.terminate({ status_code: 486, reason_phrase: "Busy Here" });
  }

  /** End the desk's leg. For a caller's call the gateway is asked first (call_bar.js). */
  hangUp() {
    this.#session?.terminate();
  }

  /** The last word counts: JsSIP passes over what is asked while Asterisk has not answered the one before. */
  hold(held) {
    const session = this.#session;
    this.#held = held;
    const settle = () => {
      if (this.#session !== session || this.#held !== held || session.isOnHold().local === held) return;
      const begun = held ? session.hold() : session.unhold();
      if (!begun) setTimeout(settle, AGAIN_MS);
    };
    if (session) settle();
  }

  mute(muted) {
    this.muted = muted;
    if (muted) this.#session?.mute({ audio: true });
    else this.#session?.unmute({ audio: true });
    this.dispatchEvent(new CustomEvent("change", { detail: this.state }));
  }

  press(key) {
    this.#session?.sendDTMF(key, { transportType: "RFC2833" });
  }

  async #microphone() {
    try {
      if (!navigator.mediaDevices) throw new Refused(0, "insecure", "");
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (fault) {
      const why = { NotAllowedError: "denied", NotFoundError: "none", NotReadableError: "busy" }[fault.name];
      this.dispatchEvent(new CustomEvent("microphone", { detail: why ?? (fault.name_ || "other") }));
      return null;
    }
  }
}
