/** One claim of a place, in the list beside the map: by its number there, its source, radius, age and doubt. */

import { element, put } from "./element.js";
import { ago, decimals, distance, now } from "./time.js";
import { said, say } from "./words.js";

export class Claim {
  #number = element("span", { class: "number", "aria-hidden": "true" });
  #head = element("strong");
  #rest = element("span");
  #bad = element("span", { class: "doubt" });
  #claim;
  node;
  key;

  constructor(key) {
    this.key = key;
    this.node = element("li", {}, this.#number, element("p", {}, this.#head, " ", this.#rest, this.#bad));
  }

  draw(claim, claims) {
    this.#claim = claim;
    put(this.#number, claims.indexOf(claim) + 1);
    put(this.#head, claim.source ? said("source", claim.source) : say("place.claim"));
    put(this.#bad, [claim.why ? said("standing", claim.why) : "", against(claim.doubt)].filter(Boolean).join(" · "));
    this.node.classList.toggle("stale", Boolean(claim.stale));
    this.tick();
  }

  /** Ages grow. */
  tick() {
    const claim = this.#claim;
    const trust = claim.trust && claim.why !== "empty" ? say("place.trust", { percent: claim.trust }) : "";
    put(this.#rest, [claim.label, distanceOf(claim), ageOf(claim), trust].filter(Boolean).join(" · "));
  }
}

function against(doubt) {
  if (!doubt) return "";
  return doubt === "?" ? say("place.elsewhere") : say("place.against", { what: decimals(doubt) });
}

/** When it came is not when it was true: a telephone may have been there an hour before. */
function ageOf({ observed_at: at, received_at: came }) {
  if (at) return ago(at, now());
  return came ? say("place.came", { ago: ago(came, now()) }) : "";
}

function distanceOf({ code, label, lat, radius_m: radius }) {
  if (code) return say("place.area");
  if (!Number.isFinite(lat)) return say(label ? "place.no_position" : "place.empty");
  return say("place.within", { radius: distance(radius) });
}
