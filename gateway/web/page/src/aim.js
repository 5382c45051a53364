/** Whether somebody is just about to press something: what is shown there then keeps its place under the pointer. */

const RESTS_MS = 1500;

/** A pointer that never rests aims at nothing: what is new must not wait for it. */
const AT_MOST_MS = 6000;

export class Aim {
  #over = false;
  #moved = 0;
  #since = Infinity;

  constructor(part) {
    part.addEventListener("pointermove", () => {
      this.#moved = performance.now();
      this.#over = true;
    });
    part.addEventListener("pointerleave", () => {
      this.#over = false;
    });
  }

  /** To be asked each time that something would change its place. */
  holds() {
    const at = performance.now();
    if (!this.#over || at - this.#moved > RESTS_MS || at - this.#since > AT_MOST_MS) {
      this.#since = Infinity;
      return false;
    }
    this.#since = Math.min(this.#since, at);
    return true;
  }
}
