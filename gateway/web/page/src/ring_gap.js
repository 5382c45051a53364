/** A queue lets a desk rest between two rings: a key that meant the call must not take anything else meanwhile. */

const RINGS_AGAIN_MS = 3000;

export class RingGap {
  #endedAt = -Infinity;
  #rang = "";
  #wanted = "";

  /** It rang here and was not answered; `then` is called when it will not ring again. */
  begin(incident, then) {
    this.#endedAt = performance.now();
    this.#rang = incident;
    this.#wanted = "";
    setTimeout(then, RINGS_AGAIN_MS + 100);
  }

  get isOn() {
    return performance.now() - this.#endedAt < RINGS_AGAIN_MS;
  }

  /** It was meant to be answered: it is, when it rings again. */
  want() {
    this.#wanted = this.#rang;
  }

  isWanted(incident) {
    return Boolean(incident) && incident === this.#wanted && this.isOn;
  }
}
