/** Where somebody is: in words, on the map, and as a list of all claims; and saying it oneself. */

import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { inFrame } from "./frame.js";
import { Keyed } from "./keyed.js";
import { announce } from "./live.js";
import { PlaceMap } from "./map.js";
import { Search } from "./search.js";
import { onCase } from "./server.js";
import { ago, distance, now } from "./time.js";
import { inLanguage, said, say } from "./words.js";

const RADII_M = [25, 100, 500, 2000];

export class Place {
  #known;
  #refresh;
  #incident = "";
  #map = new PlaceMap();
  #words = element("p", { class: "words" });
  #area = element("p", { class: "hint" });
  #doubts = element("ul", { class: "doubts", hint: "place.doubts" });
  #claims = element("ol", { class: "claims", hint: "place.claims" });
  #near = element("ul", { class: "near", hint: "place.near" });
  #keyed = new Keyed(this.#claims, (key) => new Claim(key));
  #search;
  #point = button("place.point", () => this.#pointing(true));
  #back = button("place.back", () => this.#map.back(this.#known.cases.get(this.#incident)), { kind: "quiet" });
  #offers = button("place.offers", () => this.#ask({ text: "" }), { kind: "quiet" });
  #say = element("div", { class: "say" });
  node = element("aside", { class: "place", "aria-labelledby": "place-title" });

  constructor(known, refresh) {
    this.#known = known;
    this.#refresh = refresh;
    this.#search = new Search((choice) => this.#ask(choice));
    this.#say.append(this.#search.node, this.#point, this.#offers, this.#back);
    this.node.append(element("h2", { id: "place-title", say: "place.title" }), this.#words, this.#area, this.#doubts, this.#say,
      this.#map.node, element("div", { class: "scrolls", tabindex: "0", hint: "place.claims" },
        element("h3", { say: "place.claims" }), this.#claims, element("h3", { say: "place.near" }), this.#near));
    known.on("case", (incident) => incident === known.open && inFrame(this.draw));
    known.on("open", () => inFrame(this.draw));
  }

  start(tiles) {
    this.#map.start(tiles);
  }

  focus() {
    if (!this.#say.hidden) this.#search.focus();
  }

  draw = () => {
    const whole = this.#known.cases.get(this.#known.open);
    if (this.#incident !== (whole?.incident ?? "")) {
      this.#pointing(false);
      this.#search.clear();
    }
    this.#incident = whole?.incident ?? "";
    put(this.#words, whole ? whole.place || say("place.unknown") : "");
    this.node.classList.toggle("placed", Boolean(whole?.is_placed));
    const { kelurahan, kecamatan, city } = whole?.map?.area ?? {};
    put(this.#area, [kelurahan, kecamatan, city].filter(Boolean).join(" · "));
    this.#list(this.#doubts, whole?.doubts ?? []);
    show(this.#say, whole);
    show(this.#search.node, whole?.rights?.place);
    show(this.#point, whole?.rights?.place);
    show(this.#offers, whole?.rights?.place && whole?.offers?.length);
    const claims = whole?.map?.claims ?? [];
    this.#keyed.draw(claims, (claim) => `${this.#incident} ${claim.id}`, () => claims);
    this.#list(this.#near, nearIn(whole));
    this.#drawMap(whole);
  };

  #drawMap(whole) {
    const state = JSON.stringify([whole?.incident, whole?.map]);
    if (this.drawn === state) return;
    this.drawn = state;
    this.#map.draw(whole);
  }

  #list(node, lines) {
    show(node, lines.length);
    const state = JSON.stringify(lines);
    if (node.dataset.drawn === state) return;
    node.dataset.drawn = state;
    node.replaceChildren(...lines.map((text) => element("li", { text })));
  }

  #pointing(on) {
    this.#map.choose(on ? (lat, lon) => this.#pointed(lat, lon) : null);
    this.#map.mark(null);
    this.#point.setAttribute("aria-pressed", String(on));
    if (on) announce(say("place.point_now"));
  }

  async #pointed(lat, lon) {
    this.#map.choose(null);
    this.#map.mark([lat, lon], RADII_M[1]);
    const choices = RADII_M.map((radius) => ({ value: String(radius), label: distance(radius) }));
    const fields = [{ name: "radius", label: "place.radius", kind: "choice", choices, value: String(RADII_M[1]) }];
    const text = [`${lat.toFixed(5)} ${lon.toFixed(5)}`];
    const answer = await ask({ title: "place.ask", text, fields, yes: "place.yes" });
    if (answer) await this.#send({ lat, lon, radius: Number(answer.radius) });
    this.#pointing(false);
  }

  /** What was chosen of the search, or typed; of several meanings one is chosen. */
  async #ask({ text, label, lat, lon, radius_m: radius }) {
    if (label === undefined) {
      await this.#send({ text });
      return;
    }
    if (Number.isFinite(lat)) this.#map.mark([lat, lon], radius);
    const said_ = text && text !== label ? [label, say("place.kept", { text })] : [label];
    const yes = await ask({ title: "place.ask", text: said_, yes: "place.yes" });
    this.#map.mark(null);
    if (yes) await this.#send(text ? { text: label === text ? text : label } : { lat, lon, radius });
  }

  async #send(body) {
    const incident = this.#incident;
    try {
      const answer = await onCase(incident, "place", body);
      if (answer.choices?.length) return await this.#which(incident, answer.choices);
      this.#search.clear();
      announce(say("done.place"));
      this.#refresh(incident);
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
    return null;
  }

  async #which(incident, found) {
    const choices = found.map((choice, at) => ({ value: String(at + 1), label: choice.label ?? String(choice) }));
    const fields = [{ name: "text", label: "place.which", kind: "choice", choices, required: true }];
    const answer = await ask({ title: "place.ask", text: [say("place.words_kept")], fields, yes: "place.yes" });
    if (answer && incident === this.#incident) await this.#send(answer);
  }
}

class Claim {
  #number = element("span", { class: "number", "aria-hidden": "true" });
  #head = element("strong");
  #rest = element("span");
  #bad = element("span", { class: "doubt" });
  #drawn = "";
  node;
  key;

  constructor(key) {
    this.key = key;
    this.node = element("li", {}, this.#number, element("p", {}, this.#head, " ", this.#rest, this.#bad));
  }

  draw(claim, claims) {
    const minute = Math.floor(now() / 15);
    const state = JSON.stringify([claim, claims.indexOf(claim), minute, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const at = claim.observed_at ?? claim.received_at;
    const parts = [claim.label, distanceOf(claim), at && ago(at, now()), claim.trust && said("trust", claim.trust)];
    put(this.#number, claims.indexOf(claim) + 1);
    put(this.#head, said("source", claim.source));
    put(this.#rest, parts.filter(Boolean).join(" · "));
    put(this.#bad, [claim.stale ? say("place.stale") : "", claim.doubt].filter(Boolean).join(" · "));
    this.node.classList.toggle("stale", Boolean(claim.stale));
  }
}

function distanceOf({ geometry, radius_m: radius }) {
  if (geometry && geometry.type !== "Point" && !radius) return say("place.area");
  return say("place.within", { radius: distance(radius) });
}

function nearIn(whole) {
  const told = whole?.map?.facilities;
  if (!told?.length) return whole?.facilities ?? [];
  return told.map(({ kind, name, distance_m: away, visum, phone }) =>
    [said("facility", kind), name, away === null || away === undefined ? "" : distance(away), visum ? "visum" : "", phone]
      .filter(Boolean).join(", "));
}
