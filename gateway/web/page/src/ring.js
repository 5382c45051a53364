/** What is heard: a call that rings, and a short sound for a new message. Made of tones: there is no file to load. */

const NAME = "gateway112-sound";

/** The ring: two tones, then a pause, as telephones ring here (1 s of 425 Hz, and 4 s of silence) but sooner again. */
const RING_EVERY_MS = 3000;

export class Ring {
  #context = null;
  #ringing = 0;
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
    try {
      localStorage.setItem(NAME, muted ? "off" : "on");
    } catch {
      // It is on again next time.
    }
  }

  call(rings) {
    if (rings === Boolean(this.#ringing)) return;
    clearInterval(this.#ringing);
    this.#ringing = 0;
    if (!rings) return;
    const once = () => this.#tones([[425, 0, 0.4], [480, 0.45, 0.4]], 0.25);
    once();
    this.#ringing = setInterval(once, RING_EVERY_MS);
  }

  message() {
    if (!this.#ringing) this.#tones([[660, 0, 0.12], [880, 0.14, 0.16]], 0.12);
  }

  #tones(tones, loudness) {
    if (this.muted) return;
    const context = this.#awake();
    for (const [pitch, after, seconds] of tones) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(loudness, from + 0.02);
      volume.gain.setValueAtTime(loudness, from + seconds - 0.05);
      volume.gain.linearRampToValueAtTime(0, from + seconds);
      tone.connect(volume).connect(context.destination);
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
