/** Tiles of a server, where one is set. Dead or slow, the map is as without: our own areas and names. */

import L from "leaflet";

import { element } from "./element.js";

/** So many in a row that did not come, and the server is left alone for a while. */
const MOST_FAILURES = 4;
const AGAIN_AFTER_MS = 60_000;
const FARTHEST_IN = 19;

export class MapTiles {
  #map;
  #layer;
  #failed = 0;
  #shown = false;
  #changed;

  /** @param changed called with whether there are tiles to be seen, whenever that becomes another. */
  constructor(map, { url, attribution }, changed) {
    this.#map = map;
    this.#changed = changed;
    const whose = element("span", { text: attribution ?? "" }).innerHTML;
    this.#layer = L.tileLayer(url, { attribution: whose, maxZoom: FARTHEST_IN });
    this.#layer.on("tileload", () => this.#came());
    this.#layer.on("tileerror", () => this.#missed());
    this.#layer.addTo(map);
  }

  #came() {
    this.#failed = 0;
    this.#tell(true);
  }

  #missed() {
    this.#failed += 1;
    if (this.#failed < MOST_FAILURES || !this.#map.hasLayer(this.#layer)) return;
    this.#layer.remove();
    this.#tell(false);
    setTimeout(() => {
      // The first one that fails ends the attempt.
      this.#failed = MOST_FAILURES - 1;
      this.#layer.addTo(this.#map);
    }, AGAIN_AFTER_MS);
  }

  #tell(shown) {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed(shown);
  }
}
