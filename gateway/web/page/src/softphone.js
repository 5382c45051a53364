/** The telephone in the page: the call that rings or is on the line. It never ends a caller's call by itself. */

import { free, media } from "./media.js";
import { Microphone } from "./microphone.js";
import { read } from "./server.js";
import { SipLine } from "./sip_line.js";
import { now } from "./time.js";

const MEDIA = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

const AGAIN_MS = 100;
const LOOK_MS = 3000;

/** Events: change (of anything that is shown), over, microphone (detail: why there is none). */
export class Softphone extends EventTarget {
  #known;
  #line;
  #microphone = new Microphone();
  #session = null;
  #sound = new Audio();
  #wanted = false;
  #held = false;
  #doubted = false;
  /** "", "ringing", "talking", "held". */
  state = "";
  incident = "";
  since = 0;
  muted = false;

  constructor(known) {
    super();
    this.#known = known;
    this.#sound.autoplay = true;
    this.#line = new SipLine(known);
    this.#line.addEventListener("come", ({ detail }) => this.#come(detail));
    this.#line.addEventListener("anew", () => this.#doubt());
    this.#microphone.addEventListener("missing", ({ detail }) => this.#tell("microphone", detail));
    this.#microphone.addEventListener("silent", ({ detail }) => this.#connection("microphone", detail));
  }

  hasCall() {
    return Boolean(this.#session);
  }

  /** Register, and ask for the microphone now rather than while somebody waits. */
  async ready() {
    this.#wanted = true;
    if (!this.#known.me.sip) return;
    free(await this.#microphone.open());
    if (this.#wanted) this.#line.open();
  }

  /** A call that is still there goes on: Asterisk, which pauses the desk, knows what becomes of it. */
  end() {
    this.#wanted = false;
    this.#line.close(this.hasCall());
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
    session.on("peerconnection", ({ peerconnection }) => this.#listen(session, peerconnection));
    session.on("confirmed", () => this.#become("talking"));
    session.on("hold", ({ originator: by }) => by === "local" && this.#become("held", this.since));
    session.on("unhold", ({ originator: by }) => by === "local" && this.#become("talking", this.since));
    session.on("ended", ({ cause }) => this.#over(cause));
    session.on("failed", ({ cause }) => this.#over(cause));
  }

  #become(state, since = now()) {
    this.state = state;
    this.since = since;
    this.#tell("change", state);
  }

  #over(cause) {
    this.#session = null;
    this.#sound.srcObject = null;
    this.#microphone.rest();
    this.#connection("sound", false);
    const incident = this.incident;
    this.#tell("over", { incident, cause, rang: this.state === "ringing" });
    this.incident = "";
    this.#become("");
    this.#line.drop();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #connection(name, away) {
    this.#known.putConnection(name, away ? "away" : "on", now());
  }

  #listen(session, connection) {
    connection.addEventListener("iceconnectionstatechange", () => {
      if (session !== this.#session) return;
      const away = ["disconnected", "failed"].includes(connection.iceConnectionState);
      this.#connection("sound", away);
      if (away) this.#doubt();
    });
  }

  /**
   * Whether the gateway has the call still: its end may have been told by a line that was dead, and what is shown here
   * would then be nobody. Twice without it, and it is over.
   */
  async #doubt() {
    if (this.#doubted) return;
    this.#doubted = true;
    for (let missing = 0; this.#session && missing < 2; ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const there = await this.#isThere();
      if (there === true) break;
      missing = there === false ? missing + 1 : 0;
      if (missing === 2) this.#session?.terminate();
    }
    this.#doubted = false;
  }

  /** null: nobody can say now. */
  async #isThere() {
    try {
      const calls = await read("/api/calls");
      return calls.some((call) => !this.incident || call.incident === this.incident);
    } catch (fault) {
      return fault.name_ === "not_on_duty" ? false : null;
    }
  }

  async answer() {
    if (this.state !== "ringing") return;
    const stream = await this.#microphone.open();
    if (!stream || this.state !== "ringing") return free(stream);
    this.#session.answer({ ...MEDIA, mediaStream: stream });
    this.#microphone.speak(stream, this.#session.connection);
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
    this.#tell("change", this.state);
  }

  press(key) {
    this.#session?.sendDTMF(key, { transportType: "RFC2833" });
  }
}
