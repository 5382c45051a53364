/** Names on the map: of kelurahan, and from further away of kecamatan; where two would lie on each other, one. */

import L from "leaflet";

import { element } from "./element.js";

const KELURAHAN_FROM_ZOOM = 13;
const KECAMATAN_FROM_ZOOM = 11;
/** Pixels that a name takes: a letter's width, a line's height. */
const LETTER = 8;
const LINE = 18;
/** Pixels between two names. */
const GAP = 10;
/** Square pixels of an area in sight: less has no room for a name. */
const ROOM = 1200;

/** Where the buttons for nearer and farther lie. */
const BUTTONS = L.bounds([0, 0], [46, 80]);

export class MapNames {
  #map;
  #drawn = L.layerGroup();
  #kelurahan = [];
  #kecamatan = [];
  #shown = true;

  constructor(map) {
    this.#map = map;
    this.#drawn.addTo(map);
    map.on("moveend", () => this.#draw());
  }

  /** @param areas GeoJSON features with `name` and `kecamatan`. */
  put(areas) {
    const around = new Map();
    for (const { properties, geometry } of areas) {
      if (!properties?.name || !geometry) continue;
      const rings = ringsOf(geometry);
      const bounds = L.latLngBounds(rings.flat());
      if (!bounds.isValid()) continue;
      this.#kelurahan.push({ name: properties.name, rings, bounds });
      const { kecamatan } = properties;
      if (kecamatan) around.set(kecamatan, (around.get(kecamatan) ?? L.latLngBounds()).extend(bounds));
    }
    this.#kecamatan = [...around].map(([name, bounds]) => ({ name, at: bounds.getCenter() }));
    this.#draw();
  }

  show(shown) {
    this.#shown = shown;
    this.#draw();
  }

  #draw() {
    this.#drawn.clearLayers();
    const zoom = this.#map.getZoom();
    if (!this.#shown || zoom < KECAMATAN_FROM_ZOOM) return;
    const near = zoom >= KELURAHAN_FROM_ZOOM;
    const view = L.bounds([0, 0], this.#map.getSize());
    const taken = [BUTTONS];
    for (const { name, middle } of near ? this.#kelurahanIn(view) : this.#kecamatanIn(view)) {
      const box = within(view, middle, name);
      if (taken.some((other) => other.intersects(box))) continue;
      taken.push(box);
      const at = this.#map.containerPointToLatLng(box.getCenter());
      label(name, at, near ? "kelurahan" : "kecamatan").addTo(this.#drawn);
    }
  }

  #kecamatanIn(view) {
    const all = this.#kecamatan.map(({ name, at }) => ({ name, middle: this.#map.latLngToContainerPoint(at) }));
    return all.filter(({ middle }) => view.contains(middle));
  }

  /** Each with the middle of what is in sight of it, the largest first. */
  #kelurahanIn(view) {
    const seen = this.#map.getBounds();
    return this.#kelurahan
      .filter(({ bounds }) => seen.intersects(bounds))
      .map(({ name, rings }) => ({ name, ...this.#inSight(rings, view) }))
      .filter(({ area }) => area >= ROOM)
      .sort((one, other) => other.area - one.area);
  }

  #inSight(rings, view) {
    const clipped = rings.map((ring) =>
      L.PolyUtil.clipPolygon(
        ring.map((corner) => this.#map.latLngToContainerPoint(corner)),
        view,
      ),
    );
    return clipped.map(middleOf).reduce((one, other) => (other.area > one.area ? other : one), { area: 0 });
  }
}

/** The outer borders of a Polygon or a MultiPolygon; of anything else none. */
function ringsOf({ type, coordinates }) {
  const polygons = type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : [];
  return polygons.map(([outer]) => outer.map(([lon, lat]) => L.latLng(lat, lon)));
}

/** The centroid and the area of a ring of points. */
function middleOf(ring) {
  let [twice, x, y] = [0, 0, 0];
  ring.forEach((one, at) => {
    const other = ring[(at + 1) % ring.length];
    const cross = one.x * other.y - other.x * one.y;
    twice += cross;
    x += (one.x + other.x) * cross;
    y += (one.y + other.y) * cross;
  });
  return { area: Math.abs(twice) / 2, middle: twice ? L.point(x / (3 * twice), y / (3 * twice)) : null };
}

/** The box of a name at its middle, moved so far that all of it is in sight. */
function within(view, middle, name) {
  const half = L.point((name.length * LETTER + GAP) / 2, LINE / 2);
  const held = (at, room, most) => Math.min(Math.max(at, room), Math.max(most - room, room));
  const moved = L.point(held(middle.x, half.x, view.max.x), held(middle.y, half.y, view.max.y));
  return L.bounds(moved.subtract(half), moved.add(half));
}

/** For the eye alone: the place is told in words above the map. */
function label(name, at, level) {
  const html = element("span", { text: name, "aria-hidden": "true" });
  const icon = L.divIcon({ html, className: `area-name ${level}`, iconSize: [0, 0] });
  return L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
}
