/** The map: areas and facilities of our own, every claim of the place, and the place that follows from them. */

import L from "leaflet";
import "leaflet/dist/leaflet.css";

import { element } from "./element.js";
import { MapFacilities, isPlaced, marker } from "./map_facilities.js";
import { MapNames } from "./map_names.js";
import { MapTiles } from "./map_tiles.js";
import { read } from "./server.js";
import { say } from "./words.js";

const CITY = [-6.2, 106.83];
/** Some two kilometres across; with tiles one, where without there would be no line to see. */
const CLOSEST = { plain: 15, tiles: 16 };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class PlaceMap {
  #map = null;
  #claims = L.layerGroup();
  #names = null;
  #facilities = null;
  #chosen = null;
  #seen = "";
  #choosing = null;
  #followed = true;
  #closest = CLOSEST.plain;
  #outlines = new Map();
  #case = null;
  #fused = null;
  node = element("div", { class: "map", role: "application", hint: "map.title", tabindex: "0" });

  /** Needs the node in the page, with its size. */
  start(tiles) {
    this.#map = L.map(this.node, {
      center: CITY,
      zoom: 11,
      zoomControl: false,
      attributionControl: Boolean(tiles),
      zoomAnimation: !STILL.matches,
      fadeAnimation: !STILL.matches,
      markerZoomAnimation: !STILL.matches,
      keyboard: true,
      maxZoom: 19,
    });
    L.control.zoom({ zoomInTitle: say("map.in"), zoomOutTitle: say("map.out") }).addTo(this.#map);
    L.control.scale({ imperial: false }).addTo(this.#map);
    this.#map.attributionControl?.setPrefix(false);
    this.#names = new MapNames(this.#map);
    this.#facilities = new MapFacilities(this.#map);
    if (tiles) new MapTiles(this.#map, tiles, (shown) => this.#tiled(shown));
    this.#claims.addTo(this.#map);
    this.#map.on("dragstart", () => {
      this.#followed = false;
    });
    this.#map.on("click", ({ latlng }) => this.#choosing?.(latlng.lat, latlng.lng));
    new ResizeObserver(() => this.#resized()).observe(this.node);
    this.#areas();
    this.#allFacilities();
  }

  /** What is told beside the map takes room from it as soon as a place comes: the place stays in sight. */
  #resized() {
    this.#map.invalidateSize({ animate: false });
    // At once: while a move is under way, to where the map would have looked before, Leaflet begins no other.
    if (this.#followed && this.#fused) this.#look(this.#fused, false);
  }

  /** Tiles have names of their own. */
  #tiled(shown) {
    this.#closest = shown ? CLOSEST.tiles : CLOSEST.plain;
    this.#names.show(!shown);
    if (this.#followed && this.#case) this.back(this.#case);
  }

  async #areas() {
    try {
      const areas = await read("/api/map/areas");
      const style = { className: "area", interactive: true };
      const layer = L.geoJSON(areas, { style: () => style, onEachFeature: named, pointToLayer: smallDot });
      for (const { properties, geometry } of areas.features)
        if (properties?.code) this.#outlines.set(properties.code, geometry);
      layer.addTo(this.#map).bringToBack();
      this.#names.put(areas.features);
      if (this.#case) this.back(this.#case);
    } catch {
      // Without the areas' lines the claims still stand at their places.
    }
  }

  async #allFacilities() {
    try {
      this.#facilities.put(await read("/api/map/facilities"));
    } catch {
      // The nearest ones are listed with the case.
    }
  }

  /** Draw a case's claims and place; look there if it is another case, or the place moved and nobody moved the map. */
  draw(whole) {
    if (!this.#map) return;
    this.#case = whole;
    const { fused = null, claims = [], facilities = [], cameras = [] } = whole?.map ?? {};
    const other = this.#seen !== (whole?.incident ?? "");
    this.#seen = whole?.incident ?? "";
    this.#claims.clearLayers();
    claims.forEach((claim, at) => this.#shape(claim, claim.stale ? "claim stale" : "claim", String(at + 1)));
    this.#fused = fused ? this.#shape(fused, "fused", "") : null;
    const near = [...facilities, ...cameras].filter(isPlaced);
    for (const each of near) marker(each, "facility near").addTo(this.#claims);
    this.#facilities.without(near);
    if (other) this.#followed = true;
    if (this.#followed && this.#fused) this.#look(this.#fused);
    else if (other) this.#map.setView(CITY, 11, { animate: false });
  }

  #shape({ geometry: own, code, lat, lon, radius_m: radius }, className, number) {
    const geometry = this.#outline(code) ?? own;
    if (!geometry) return null;
    const group = L.featureGroup();
    const style = { className, interactive: false, smoothFactor: 0 };
    let middle = Number.isFinite(lat) ? [lat, lon] : null;
    if (geometry.type === "Point") middle ??= [geometry.coordinates[1], geometry.coordinates[0]];
    if (geometry.type === "Point" || isRound(geometry, middle, radius)) {
      if (radius) L.circle(middle, { radius, ...style }).addTo(group);
    } else {
      const shape = L.geoJSON(geometry, { style: () => style }).addTo(group);
      middle ??= shape.getBounds().getCenter();
    }
    // A whole area has no point in it that anybody could be sent to.
    if (number || !code)
      L.marker(middle, {
        icon: icon(number, className),
        keyboard: false,
        interactive: false,
        zIndexOffset: 1000,
      }).addTo(group);
    return group.addTo(this.#claims);
  }

  /** Of an area, or of all areas in it. */
  #outline(code) {
    if (!code || this.#outlines.has(code)) return this.#outlines.get(code);
    const within = [...this.#outlines].filter(([each]) => each.startsWith(`${code}.`)).map(([, geometry]) => geometry);
    return within.length ? { type: "GeometryCollection", geometries: within } : undefined;
  }

  #look(layer, animate = !STILL.matches) {
    const bounds = layer.getBounds();
    if (bounds.isValid()) this.#map.fitBounds(bounds.pad(0.4), { maxZoom: this.#closest, animate });
  }

  /** Look at the place of the case again, after the map was moved. */
  back(whole) {
    this.#followed = true;
    this.#seen = "";
    this.draw(whole);
  }

  /** Let the next click say where; null: no more. */
  choose(act) {
    this.#choosing = act;
    this.node.classList.toggle("choosing", Boolean(act));
  }

  /** Show where was chosen, until it is said or given up; null: nowhere. */
  mark(position, radius) {
    this.#chosen?.remove();
    this.#chosen = null;
    if (!position || !this.#map) return;
    const group = L.featureGroup();
    if (radius) L.circle(position, { radius, className: "chosen", interactive: false }).addTo(group);
    L.marker(position, { icon: icon("?", "chosen"), keyboard: false, interactive: false }).addTo(group);
    this.#chosen = group.addTo(this.#map);
    this.#look(group);
  }
}

function icon(words, className) {
  const size = className === "fused" ? 36 : 26;
  return L.divIcon({ html: element("span", { text: words }), className: `pin ${className}`, iconSize: [size, size] });
}

/** Whether a polygon is a circle: drawn as one it is smooth at every size. */
function isRound({ type, coordinates }, middle, radius) {
  if (type !== "Polygon" || !middle || !radius) return false;
  const from = L.latLng(middle);
  return coordinates[0].every(([lon, lat]) => Math.abs(from.distanceTo([lat, lon]) / radius - 1) < 0.02);
}

function named(feature, layer) {
  const name = feature.properties?.name;
  if (name) layer.bindTooltip(element("span", { text: name }), { sticky: true, direction: "top" });
  // A browser makes a shape that listens for the focus a stop of the Tab key: there are hundreds of them.
  layer.on("add", () => layer.getElement?.()?.setAttribute("tabindex", "-1"));
}

function smallDot(feature, position) {
  return L.circleMarker(position, { radius: 2, className: "area" });
}
