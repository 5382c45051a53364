/** What is heard: a call that rings, and a short sound for a new message. Made of tones: there is no file to load. */

const NAME = "gateway112-sound";

/** The ring: two tones, then a pause, as telephones ring here (1 s of 425 Hz, and 4 s of silence) but sooner again. */
const RING_EVERY_S = 3;
const RINGS_AT_MOST_S = 120;

export class Ring {
  #context = null;
  #ringing = null;
  muted = false;

  constructor() {
    try {
      this.muted = localStorage.getItem(NAME) === "off";
    } catch {
      this.muted = false;
    }
    // Browsers give no sound before somebody has touched the page.
    for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => this.#awake(), { once: true });
  }

  mute(muted) {
    this.muted = muted;
    if (muted) this.call(false);
    try {
      localStorage.setItem(NAME, muted ? "off" : "on");
    } catch {
      // It is on again next time.
    }
  }

  call(rings) {
    if (rings === Boolean(this.#ringing)) return;
    this.#ringing?.disconnect();
    this.#ringing = null;
    if (!rings || this.muted) return;
    // All of it at once: the timers of a page that nobody sees come a minute late.
    this.#ringing = this.#way(0.25);
    for (let at = 0; at < RINGS_AT_MOST_S; at += RING_EVERY_S)
      this.#tones(
        [
          [425, at, 0.4],
          [480, at + 0.45, 0.4],
        ],
        this.#ringing,
      );
  }

  message() {
    if (!this.#ringing && !this.muted)
      this.#tones(
        [
          [660, 0, 0.12],
          [880, 0.14, 0.16],
        ],
        this.#way(0.12),
      );
  }

  #way(loudness) {
    const context = this.#awake();
    const way = context.createGain();
    way.gain.value = loudness;
    way.connect(context.destination);
    return way;
  }

  #tones(tones, way) {
    const context = this.#awake();
    for (const [pitch, after, seconds] of tones) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(1, from + 0.02);
      volume.gain.setValueAtTime(1, from + seconds - 0.05);
      volume.gain.linearRampToValueAtTime(0, from + seconds);
      tone.connect(volume).connect(way);
      tone.start(from);
      tone.stop(from + seconds);
    }
  }

  #awake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume().catch(() => {});
    return this.#context;
  }
}
