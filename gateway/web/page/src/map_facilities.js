/** Facilities on the map: all that are in sight, and those near a case. One whose position is not known says so. */

import L from "leaflet";

import { element } from "./element.js";
import { said, say } from "./words.js";

/** From further away they would hide the map. */
const FROM_ZOOM = 13;
const CAMERAS_FROM_ZOOM = 15;
/** More than this in sight tell nothing, and cost the page its speed. */
const MOST = 150;

export class MapFacilities {
  #map;
  #layer = L.layerGroup();
  #all = [];
  #besides = new Set();

  constructor(map) {
    this.#map = map;
    this.#layer.addTo(map);
    map.on("moveend", () => this.#draw());
  }

  put(facilities) {
    this.#all = facilities.filter(isPlaced);
    this.#draw();
  }

  /** Those near a case are drawn with it. */
  without(near) {
    this.#besides = new Set(near.map(nameOf));
    this.#draw();
  }

  #draw() {
    this.#layer.clearLayers();
    const zoom = this.#map.getZoom();
    if (zoom < FROM_ZOOM) return;
    const seen = this.#map.getBounds();
    const shown = this.#all.filter(
      (each) =>
        (zoom >= CAMERAS_FROM_ZOOM || each.kind !== "camera") &&
        seen.contains([each.lat, each.lon]) &&
        !this.#besides.has(nameOf(each)),
    );
    for (const each of shown.slice(0, MOST)) marker(each, "facility").addTo(this.#layer);
  }
}

function nameOf({ kind, name }) {
  return `${kind} ${name}`;
}

export function isPlaced({ lat, lon }) {
  return Number.isFinite(lat) && Number.isFinite(lon);
}

/** One whose place is a guess is hollow and dashed, and its words tell it. */
export function marker({ kind, name, lat, lon, visum, approximate }, className) {
  const guess = approximate ? say("facility.approximate") : "";
  const words = [said("facility", kind), name, visum ? "visum" : "", guess].filter(Boolean).join(", ");
  const letter = said("facility_letter", kind).slice(0, 2);
  const html = element("span", { role: "img", "aria-label": words, text: letter });
  const looks = `pin ${className}${approximate ? " approximate" : ""}`;
  const made = L.marker([lat, lon], {
    icon: L.divIcon({ html, className: looks, iconSize: [26, 26] }),
    keyboard: false,
    // Below the claims of the place.
    zIndexOffset: className.includes("near") ? -500 : -900,
  });
  return made.bindTooltip(element("span", { text: words }));
}
