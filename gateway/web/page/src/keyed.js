/** A list whose rows stay the same elements while what they show changes: focus and the screen reader stay. */

export class Keyed {
  #parent;
  #make;
  #aim;
  #rows = new Map();

  /**
   * @param make makes a row {key, node, draw(value, shown)} of a key.
   * @param {Aim|null} aim of the part that keeps still while somebody aims; null: nothing can be pressed here.
   */
  constructor(parent, make, aim = null) {
    this.#parent = parent;
    this.#make = make;
    this.#aim = aim;
  }

  /**
   * Rows neither come nor go nor change places while somebody aims: nobody takes the case that slid under the pointer.
   *
   * @returns {boolean} whether it is to be drawn again, because the list was aimed at.
   */
  draw(values, keyOf, shownOf, still = Boolean(this.#aim?.holds())) {
    const wanted = new Map(values.map((value) => [keyOf(value), value]));
    for (const [key, value] of wanted) this.#row(key, still)?.draw(value, shownOf(value));
    if (still) return true;
    this.#drop(wanted);
    this.#order(wanted);
    return false;
  }

  #row(key, still) {
    if (!this.#rows.has(key) && !still) {
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
