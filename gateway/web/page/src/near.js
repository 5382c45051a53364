/** Who helps, who comes and what stands near: the most useful first, the rest at a click. Each with how sure that is. */

import { element, put, show } from "./element.js";
import { said, say } from "./words.js";

/** What a desk reads at a glance; the gateway has put the most useful first. */
const FIRST = 4;

/** Kinds whose names do not say what they are. */
const UNNAMED = ["camera", "post", "building"];

export class NearList {
  #title = element("h3", { say: "place.near" });
  #first = element("ul", { class: "near", hint: "place.near" });
  #more = element("details", { class: "near-more" });
  #summary = element("summary");
  #rest = element("ul", { class: "near", hint: "place.near" });
  #drawn = "";
  #incident = "";
  nodes = [this.#title, this.#first, this.#more];

  constructor() {
    this.#more.append(this.#summary, this.#rest);
  }

  draw(whole) {
    const { facilities = [], cameras = [] } = whole?.map ?? {};
    const state = JSON.stringify([facilities, cameras]);
    if (this.#incident !== (whole?.incident ?? "")) this.#more.open = false;
    this.#incident = whole?.incident ?? "";
    const rest = [...facilities.slice(FIRST), ...cameras];
    put(this.#summary, say("place.near_more", { count: rest.length }));
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.#first.replaceChildren(...facilities.slice(0, FIRST).map(line));
    this.#rest.replaceChildren(...rest.map(line));
    show(this.#title, facilities.length + cameras.length);
    show(this.#first, facilities.length);
    show(this.#more, rest.length);
  }
}

/** The sign is as on the map: filled, hollow where its place is a guess, without a frame where it is not there. */
function line({ kind, name, details, lat, approximate }) {
  const words = [UNNAMED.includes(kind) ? said("facility", kind) : "", ...details].filter(Boolean);
  const looks = approximate ? "approximate" : Number.isFinite(lat) ? "exact" : "";
  const text = said("facility_letter", kind).slice(0, 2);
  const mark = element("span", { class: `glyph ${looks}`, "aria-hidden": "true", text });
  const parts = words.flatMap((word) => [", ", element("span", { class: "whole-part", text: word })]);
  return element("li", {}, mark, element("p", {}, element("strong", { text: name }), ...parts));
}
