/** The time of day where the gateway is, with the name of its zone. */

import { element, put } from "./element.js";
import { now, timeOfDay, zoneName } from "./time.js";

export class Clock {
  #time = element("span");
  #zone = element("small");
  node;

  constructor(tag = "time") {
    this.node = element(tag, { class: "clock" }, this.#time, " ", this.#zone);
  }

  tick() {
    put(this.#time, timeOfDay(now()));
    put(this.#zone, zoneName(now()));
  }
}
