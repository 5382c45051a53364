/** Names on the map: of kelurahan, and from further away of kecamatan; where two would lie on each other, one. */

import L from "leaflet";

import { element } from "./element.js";

const KELURAHAN_FROM_ZOOM = 13;
const KECAMATAN_FROM_ZOOM = 11;
/** Pixels that a name takes: a letter's width, a line's height. */
const LETTER = 7;
const LINE = 18;

export class MapNames {
  #map;
  #drawn = L.layerGroup();
  #kelurahan = [];
  #kecamatan = [];

  constructor(map) {
    this.#map = map;
    this.#drawn.addTo(map);
    map.on("moveend", () => this.#draw());
  }

  /** @param areas GeoJSON features with `name` and `kecamatan`. */
  put(areas) {
    const found = new Map();
    this.#kelurahan = [];
    for (const { properties, geometry } of areas) {
      if (!properties?.name || !geometry) continue;
      const bounds = L.geoJSON(geometry).getBounds();
      if (!bounds.isValid()) continue;
      this.#kelurahan.push({ name: properties.name, at: bounds.getCenter() });
      const around = found.get(properties.kecamatan) ?? L.latLngBounds(bounds.getSouthWest(), bounds.getNorthEast());
      found.set(properties.kecamatan, around.extend(bounds));
    }
    found.delete(undefined);
    found.delete("");
    this.#kecamatan = [...found].map(([name, bounds]) => ({ name, at: bounds.getCenter() }));
    this.#draw();
  }

  #draw() {
    this.#drawn.clearLayers();
    const zoom = this.#map.getZoom();
    if (zoom < KECAMATAN_FROM_ZOOM) return;
    const near = zoom >= KELURAHAN_FROM_ZOOM;
    const view = this.#map.getBounds();
    const taken = [];
    for (const { name, at } of near ? this.#kelurahan : this.#kecamatan) {
      if (!view.contains(at)) continue;
      const box = boxOf(this.#map.latLngToContainerPoint(at), name);
      if (taken.some((other) => other.intersects(box))) continue;
      taken.push(box);
      label(name, at, near ? "kelurahan" : "kecamatan").addTo(this.#drawn);
    }
  }
}

function boxOf(middle, name) {
  const half = L.point((name.length * LETTER) / 2, LINE / 2);
  return L.bounds(middle.subtract(half), middle.add(half));
}

/** For the eye alone: the place is told in words above the map. */
function label(name, at, level) {
  const html = element("span", { text: name, "aria-hidden": "true" });
  const icon = L.divIcon({ html, className: `area-name ${level}`, iconSize: [0, 0] });
  return L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
}
