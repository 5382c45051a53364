/** Where somebody is: in words, on the map, and as a list of all claims; and saying it oneself. */

import { Claim } from "./claim.js";
import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { inFrame } from "./frame.js";
import { Keyed } from "./keyed.js";
import { announce } from "./live.js";
import { PlaceMap } from "./map.js";
import { NearList } from "./near.js";
import { Search } from "./search.js";
import { apart } from "./placed.js";
import { onCase } from "./server.js";
import { ago, distance, now } from "./time.js";
import { said, say } from "./words.js";

const RADII_M = [25, 100, 500, 2000];

export class Place {
  #known;
  #refresh;
  #incident = "";
  #map = new PlaceMap();
  #words = element("p", { class: "words" });
  #how = element("p", { class: "hint" });
  #area = element("p", { class: "hint" });
  #named = element("p", { class: "named" });
  #doubts = element("ul", { class: "doubts", hint: "place.doubts" });
  #claims = element("ol", { class: "claims", hint: "place.claims" });
  #claimsTitle = element("h3", { say: "place.claims" });
  #near = new NearList();
  #keyed = new Keyed(this.#claims, (key) => new Claim(key));
  #gone = element("ol", { class: "claims" });
  #goneKeyed = new Keyed(this.#gone, (key) => new Claim(key));
  #goneTitle = element("summary");
  #goneNode = element("details", { class: "claims-gone" }, this.#goneTitle, this.#gone);
  #search;
  #point = button("place.point", () => this.#pointing(true), { kind: "small" });
  #back = button("place.back", () => this.#map.back(this.#known.cases.get(this.#incident)), { kind: "small" });
  #offers = button("place.offers", () => this.#offered(), { kind: "small" });
  #say = element("div", { class: "say" });
  node = element("aside", { class: "place", "aria-labelledby": "place-title" });

  constructor(known, refresh) {
    this.#known = known;
    this.#refresh = refresh;
    this.#search = new Search((choice) => this.#ask(choice));
    this.#say.append(this.#search.node, this.#point, this.#offers, this.#back);
    this.node.append(
      element("h2", { id: "place-title", say: "place.title" }),
      this.#words,
      this.#how,
      this.#area,
      this.#named,
      this.#doubts,
      this.#say,
      this.#map.node,
      element(
        "div",
        { class: "scrolls", role: "region", tabindex: "0", hint: "place.claims" },
        this.#claimsTitle,
        this.#claims,
        this.#goneNode,
        ...this.#near.nodes,
      ),
    );
    known.on("case", (incident) => incident === known.open && inFrame(this.draw));
    known.on("open", () => inFrame(this.draw));
  }

  start(tiles) {
    this.draw();
    this.#map.start(tiles);
  }

  focus() {
    if (!this.#say.hidden) this.#search.focus();
  }

  /** Ages grow, everywhere at once: an age above and another one below of the same claim are two claims to a reader. */
  tick() {
    this.#tell(this.#known.cases.get(this.#known.open));
    for (const row of [...this.#keyed.rows, ...this.#goneKeyed.rows]) row.tick();
  }

  draw = () => {
    const whole = this.#known.cases.get(this.#known.open);
    if (this.#incident !== (whole?.incident ?? "")) {
      this.#pointing(false);
      this.#search.clear();
    }
    this.#incident = whole?.incident ?? "";
    const doubts = this.#tell(whole);
    this.node.classList.toggle("placed", Boolean(whole?.is_placed));
    const levels = whole?.map?.area ?? {};
    const [kelurahan, kecamatan, city] = ["kelurahan", "kecamatan", "city"].map((level) => levels[level]?.name);
    // The words have it mostly.
    const told = kelurahan && whole.place?.includes(kelurahan);
    put(this.#area, told ? "" : [kelurahan, kecamatan, city].filter(Boolean).join(" · "));
    put(this.#named, namedIn(whole));
    this.#list(this.#doubts, doubts);
    show(this.#say, whole);
    show(this.#back, whole?.is_placed);
    show(this.#search.node, whole?.rights?.place);
    show(this.#point, whole?.rights?.place);
    show(this.#offers, whole?.rights?.place && whole?.offers?.length);
    this.#drawClaims(whole?.map?.claims ?? []);
    this.#near.draw(whole);
    this.#drawMap(whole);
  };

  /** The place in words, with its age as it is by now. */
  #tell(whole) {
    const { where, how, doubts } = apart(whole?.place, whole?.observed_at ? ago(whole.observed_at, now()) : "");
    put(this.#words, whole ? where || say("place.unknown") : "");
    put(this.#how, how.join(" · "));
    return doubts;
  }

  /** What a newer claim of the same source replaced stands apart, by the number that it has on the map. */
  #drawClaims(claims) {
    const gone = claims.filter(({ why }) => why === "replaced");
    const keyOf = (claim) => `${this.#incident} ${claim.id}`;
    const all = () => claims;
    this.#keyed.draw(
      claims.filter((claim) => !gone.includes(claim)),
      keyOf,
      all,
    );
    this.#goneKeyed.draw(gone, keyOf, all);
    put(this.#goneTitle, say("place.replaced", { count: gone.length }));
    show(this.#goneNode, gone.length);
    show(this.#claimsTitle, claims.length);
  }

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

  /** What was chosen of the search, or typed: then the gateway says first what it would keep. */
  async #ask({ text, code, label, how, lat, lon, radius_m: radius }) {
    if (!code) return this.#send({ text });
    if (Number.isFinite(lat)) this.#map.mark([lat, lon], radius);
    const yes = await ask({ title: "place.ask", text: told({ label, how }, text), yes: "place.yes" });
    this.#map.mark(null);
    if (yes) await this.#send({ code, text });
    return null;
  }

  /** Telephones near by that may be the caller's. */
  async #offered() {
    const { offers } = this.#known.cases.get(this.#incident);
    const lines = offers.map(
      ({ lat, lon, radius_m: radius, at }) =>
        `${lat.toFixed(5)} ${lon.toFixed(5)} ${say("place.within", { radius: distance(radius) })}, ${ago(at, now())}`,
    );
    const choices = offers.map(({ lat, lon, radius_m: radius }, at) => ({
      value: JSON.stringify({ lat, lon, radius }),
      label: lines[at],
    }));
    const fields = [{ name: "offer", label: "place.which", kind: "choice", choices, required: true }];
    const answer = await ask({ title: "place.ask", fields, yes: "place.yes" });
    if (answer) await this.#send(JSON.parse(answer.offer));
  }

  async #send(body) {
    const incident = this.#incident;
    try {
      const answer = await onCase(incident, "place", body);
      if (answer.choices) return await this.#which(incident, answer, body.text);
      this.#search.clear();
      announce(say("done.place"));
      this.#refresh(incident);
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
    return null;
  }

  /** One that was surely meant is kept by a yes; of several, and of guesses, a person chooses. */
  async #which(incident, { choices: found, unknown }, typed) {
    const [only] = found;
    const title = unknown ? "place.none" : "place.ask";
    if (found.length === 1 && (only.sure || only.how === "words")) {
      if ((await ask({ title, text: told(only, typed), yes: "place.yes" })) && incident === this.#incident)
        await this.#send({ choice: 1 });
      return;
    }
    const choices = found.map(({ label, how }, at) => ({ value: String(at + 1), label, hint: said("placed", how) }));
    const label = unknown ? "place.none_which" : "place.which";
    const fields = [{ name: "choice", label, kind: "choice", choices, required: true }];
    const text = [say("place.typed", { text: typed }), say("place.words_kept")];
    const answer = await ask({ title, text, fields, yes: "place.yes" });
    if (answer && incident === this.#incident) await this.#send({ choice: Number(answer.choice) });
  }
}

/** What will be kept, how it was understood, and the words that are kept beside it. */
function told({ label, how }, typed) {
  const kept = typed && typed !== label && /\p{L}/u.test(typed);
  const lines = [label, said("placed", how), kept ? say("place.typed", { text: typed }) : ""];
  return [...lines, kept || how === "words" ? say("place.words_kept") : ""].filter(Boolean);
}

/** What the texts name of the place. */
const STREET = /^(jalan|jln?|gang|gg)\b/i;

function namedIn(whole) {
  const told = Object.entries(whole?.named ?? {}).map(([name, words]) =>
    // "jalan jl pondok bambu": it is said already.
    name === "street" && STREET.test(words) ? words : `${said("named", name)} ${words}`,
  );
  return told.length ? `${say("fact.named")}: ${told.join(", ")}` : "";
}
