/** The page's microphone: asked for, watched, and replaced where it goes while somebody talks. */

import { free } from "./media.js";
import { Refused } from "./server.js";

const WHY = { NotAllowedError: "denied", NotFoundError: "none", NotReadableError: "busy" };

/** Events: missing (detail: why there is none), silent (detail: whether a caller does not hear the desk). */
export class Microphone extends EventTarget {
  #stream = null;
  #connection = null;
  #asking = false;

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#changed());
    // Not every browser knows of this name; then the answer to a call tells.
    navigator.permissions
      ?.query({ name: "microphone" })
      .then((allowed) => allowed.addEventListener("change", () => this.#allowed(allowed.state)))
      .catch(() => {});
  }

  /** A stream to be freed by whoever asks; null: there is none, and it was told why. */
  async open() {
    try {
      if (!navigator.mediaDevices) throw new Refused(0, "insecure", "");
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (fault) {
      this.#tell("missing", WHY[fault.name] ?? (fault.name_ || "other"));
      return null;
    }
  }

  /** A call speaks with this stream by that connection, until `rest`. */
  speak(stream, connection) {
    this.#connection = connection;
    this.#watch(stream);
  }

  rest() {
    free(this.#stream);
    this.#stream = this.#connection = null;
    this.#tell("silent", false);
  }

  #watch(stream) {
    this.#stream = stream;
    for (const track of stream.getAudioTracks()) {
      track.addEventListener("ended", () => stream === this.#stream && this.#lost());
      // The system, or a switch on the headset, took its sound away.
      track.addEventListener("mute", () => stream === this.#stream && this.#tell("silent", true));
      track.addEventListener("unmute", () => stream === this.#stream && this.#tell("silent", false));
    }
  }

  #lost() {
    this.#tell("silent", true);
    return this.#replace();
  }

  /** Whatever the computer now takes for its microphone; the call goes on with it. */
  async #replace() {
    const connection = this.#connection;
    const old = this.#stream?.getAudioTracks()[0];
    if (this.#asking || !connection || old?.readyState !== "ended") return;
    this.#asking = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const sender = connection.getSenders().find((each) => each.track === old);
      if (connection !== this.#connection || !sender) return free(stream);
      const [track] = stream.getAudioTracks();
      track.enabled = old.enabled;
      await sender.replaceTrack(track);
      this.#watch(stream);
      this.#tell("silent", track.muted);
    } catch {
      // Another one that is plugged in is tried, too.
    } finally {
      this.#asking = false;
    }
  }

  async #changed() {
    if (this.#stream) return this.#replace();
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => null);
    if (devices && !devices.some((each) => each.kind === "audioinput")) this.#tell("missing", "none");
  }

  #allowed(state) {
    if (state === "denied") this.#stream ? this.#lost() : this.#tell("missing", "denied");
    else if (this.#stream) this.#replace();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
