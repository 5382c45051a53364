/** Which case is open: one at a time, told live while it is, and found again after the gateway began anew. */

import { inFrame } from "./frame.js";
import { isAsking } from "./keys.js";
import { announce } from "./live.js";
import { act, read, TAB } from "./server.js";

export class Opening {
  #known;
  #feed;
  #focus;
  /** What was open before a call rang. */
  #before = "";

  /** @param focus goes to the case, where it was opened by hand. */
  constructor(known, feed, focus) {
    this.#known = known;
    this.#feed = feed;
    this.#focus = focus;
    known.on("lists", () => this.#again());
    known.on("gap", () => known.open && this.refresh(known.open));
  }

  async open(incident, { quietly = false } = {}) {
    const before = this.#known.open;
    if (before === incident) return quietly ? null : this.#focus();
    this.#known.open = incident;
    this.#known.gone = "";
    this.#known.tell("open");
    this.#feed.follow([incident]);
    await this.refresh(incident, quietly);
    this.#follow(incident, true);
    if (before) {
      this.#follow(before, false);
      this.#known.forget(before);
    }
    if (this.#known.open === incident && !quietly) inFrame(this.#focus);
    return null;
  }

  /** The case of a call that rings, before it is answered; not over what somebody is writing. */
  async preview(incident) {
    const writes = document.activeElement?.matches("input[type='text'], textarea") ?? false;
    if (!incident || writes || isAsking() || this.#known.open === incident) return;
    this.#before = this.#known.open;
    await this.open(incident, { quietly: true });
  }

  /** The call rings elsewhere now: what was open before is open again. */
  async giveBack(incident) {
    const before = this.#before;
    this.#before = "";
    const isShown = this.#known.open === incident || (!this.#known.open && this.#known.gone === incident);
    if (before && isShown) await this.open(before, { quietly: true });
  }

  /** Read a case anew. */
  async refresh(incident, quietly = false) {
    try {
      this.#known.putCase(await read(`/api/cases/${encodeURIComponent(incident)}`));
    } catch (fault) {
      if (!quietly) announce(fault.sentence ?? String(fault), { bad: true });
      if (this.#known.open === incident && !this.#known.cases.has(incident)) this.#known.leave(incident);
    }
  }

  /** While the gateway began anew it knew for a moment of nobody's cases; whose this is, has it before him again. */
  #again() {
    const { open, gone, lists } = this.#known;
    const own = [...lists.calls, ...lists.mine].some((row) => row.incident === gone);
    if (!open && gone && own) this.open(gone, { quietly: true });
  }

  #follow(incident, open) {
    // Until this has arrived the feed tells of the case what its own address names.
    act("/api/open", { incident, open, tab: TAB }).catch(() => {});
  }
}
