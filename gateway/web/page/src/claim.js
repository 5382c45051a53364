/** One claim of a place, in the list beside the map: by its number there, its source, radius, age and doubt. */

import { element, put } from "./element.js";
import { ago, decimals, distance, now } from "./time.js";
import { inLanguage, said, say } from "./words.js";

/** Seconds after which ages are told anew. */
export const AGES_EVERY_S = 10;

export class Claim {
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
    const renewed = Math.floor(now() / AGES_EVERY_S);
    const state = JSON.stringify([claim, claims.indexOf(claim), renewed, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const parts = [
      claim.label,
      distanceOf(claim),
      ageOf(claim),
      claim.trust ? say("place.trust", { percent: claim.trust }) : "",
    ];
    put(this.#number, claims.indexOf(claim) + 1);
    put(this.#head, claim.source ? said("source", claim.source) : say("place.claim"));
    put(this.#rest, parts.filter(Boolean).join(" · "));
    put(this.#bad, [claim.stale ? say("place.stale") : "", against(claim.doubt)].filter(Boolean).join(" · "));
    this.node.classList.toggle("stale", Boolean(claim.stale));
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

function distanceOf({ code, radius_m: radius }) {
  if (code) return say("place.area");
  return say("place.within", { radius: distance(radius) });
}
