/** A list whose rows stay the same elements while what they show changes: focus and the screen reader stay. */

const RESTS_MS = 1500;

export class Keyed {
  #parent;
  #make;
  #rows = new Map();
  #moved = 0;
  #over = false;

  /** @param make makes a row {key, node, draw(value, shown)} of a key. */
  constructor(parent, make) {
    this.#parent = parent;
    this.#make = make;
    parent.addEventListener("pointermove", () => {
      this.#moved = performance.now();
      this.#over = true;
    });
    parent.addEventListener("pointerleave", () => {
      this.#over = false;
    });
  }

  /**
   * Whether somebody is just about to press something here: rows then keep their places, so that nobody takes the case
   * that slid under the pointer.
   */
  get isAimedAt() {
    return this.#over && performance.now() - this.#moved < RESTS_MS;
  }

  /** @returns {boolean} whether the order is still to be set, because the list was aimed at. */
  draw(values, keyOf, shownOf) {
    const wanted = new Map(values.map((value) => [keyOf(value), value]));
    for (const [key, value] of wanted) this.#row(key).draw(value, shownOf(value));
    if (this.isAimedAt) return true;
    this.#drop(wanted);
    this.#order(wanted);
    return false;
  }

  #row(key) {
    if (!this.#rows.has(key)) {
      const row = this.#make(key);
      this.#rows.set(key, row);
      this.#parent.append(row.node);
    }
    return this.#rows.get(key);
  }

  #drop(wanted) {
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      const focused = row.node.contains(document.activeElement);
      const next = row.node.nextElementSibling ?? row.node.previousElementSibling;
      row.node.remove();
      this.#rows.delete(key);
      // Who stands on a row that goes stands on the next one, and not at the page's top.
      if (focused) next?.querySelector("button")?.focus();
    }
  }

  #order(wanted) {
    let place = this.#parent.firstElementChild;
    for (const key of wanted.keys()) {
      const { node } = this.#rows.get(key);
      if (node === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(node, place);
    }
  }

  get rows() {
    return [...this.#rows.values()];
  }
}
