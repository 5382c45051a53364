/** What makes that no event of the feed is missed or doubled, whatever is sent again. Pure. */

/** Compare two ids of the store's feed, "milliseconds-number": negative, 0 or positive. */
export function order(one, other) {
  const [oneAt, oneNumber] = parts(one);
  const [otherAt, otherNumber] = parts(other);
  return oneAt - otherAt || oneNumber - otherNumber;
}

function parts(id) {
  const [at, number] = String(id).split("-");
  return [Number(at) || 0, Number(number) || 0];
}

/** Where the page stands in the feed. */
export class Place {
  last = "";

  /** Take an event's id: after a fault the feed is asked for what came after the highest. */
  reach(id) {
    if (id && (!this.last || order(id, this.last) > 0)) this.last = id;
  }
}

/**
 * Put entries into a timeline: each once, in the order of their ids, whichever way they came.
 *
 * @param {Array<{id: string}>} known in order
 * @param {Array<{id: string}>} come
 * @returns {Array<{id: string}>} `known` itself where nothing is new
 */
export function merged(known, come) {
  const ids = new Set(known.map((entry) => entry.id));
  const fresh = come.filter((entry) => !ids.has(entry.id) && ids.add(entry.id));
  if (!fresh.length) return known;
  return [...known, ...fresh].sort((one, other) => order(one.id, other.id));
}

/** Seconds to wait before try number `tries` (from 0) to connect again: soon at first, and not all desks at once. */
export function pause(tries, chance) {
  return Math.min(5, 0.4 * 2 ** Math.min(tries, 5)) * (0.75 + chance / 2);
}
