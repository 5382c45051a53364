/** The live feed: server-sent events, connected again by itself, nothing missed and nothing doubled. */

import { Place, pause } from "./catch_up.js";
import { TAB, read } from "./server.js";
import { onTick, onWake } from "./ticks.js";
import { now, setClock } from "./time.js";

const SILENT_AT_MOST_MS = 12_000;

/** A proxy may end each answer after a minute: who is back at once was not away. */
const AWAY_AFTER_MS = 2500;

export class Feed {
  #known;
  #source = null;
  #place = new Place();
  #opened = new Set();
  #tries = 0;
  #heardAt = 0;
  #lostAt = Infinity;
  #againAt = Infinity;
  #ended = false;

  constructor(known) {
    this.#known = known;
  }

  start() {
    this.#ended = false;
    this.#connect();
  }

  /** Once: what a page does as long as it is there. */
  watch() {
    onTick(() => this.#look());
    onWake(() => !this.#ended && this.#reconnect(0));
    addEventListener("online", () => !this.#ended && this.#reconnect(0));
  }

  end() {
    this.#ended = true;
    this.#close();
  }

  /** Connect anew, so that the feed speaks the account's language. */
  again() {
    this.#reconnect(0);
  }

  /** The cases of which the feed is to tell all. */
  follow(incidents) {
    this.#opened = new Set(incidents);
  }

  #connect() {
    if (this.#ended) return;
    this.#close();
    const asked = new URLSearchParams({ tab: TAB });
    if (this.#opened.size) asked.set("open", [...this.#opened].join(","));
    if (this.#place.last) asked.set("after", this.#place.last);
    const source = new EventSource(`/api/feed?${asked}`);
    this.#source = source;
    this.#heardAt = performance.now();
    source.addEventListener("open", () => this.#heard());
    source.addEventListener("error", () => this.#lost());
    for (const [name, act] of Object.entries(this.#events())) {
      source.addEventListener(name, (event) => {
        if (source !== this.#source) return;
        this.#heard();
        this.#place.reach(event.lastEventId);
        act(JSON.parse(event.data));
      });
    }
  }

  #events() {
    const known = this.#known;
    return {
      lists: (lists) => known.putLists(lists),
      case: (whole) => (whole.gone ? known.leave(whole.incident) : known.putCase(whole)),
      // So much was missed that it is not sent again: what is open is read anew.
      gap: () => known.tell("gap"),
      entry: (entry) => known.putEntry(entry),
      call: ({ incident, call, ...rest }) => known.putCall(incident, call ?? rest),
      duty: (duty) => known.putDuty(duty),
      standing: (standing) => this.#standing(standing),
      alarm: (alarm) => known.tell("alarm", alarm),
      beat: (beat) => setClock("", beat.now),
    };
  }

  #standing(standing) {
    const state = typeof standing === "string" ? standing : (standing.standing ?? standing.state);
    this.#known.putConnection("store", state === "store_away" ? "away" : "on", now());
    this.#known.tell("standing");
  }

  #heard() {
    this.#tries = 0;
    this.#heardAt = performance.now();
    this.#lostAt = Infinity;
    this.#known.tell("heard");
    this.#known.putConnection("feed", "on", now());
  }

  /** Nothing heard for long is a connection that is dead without having said so. */
  #look() {
    const at = performance.now();
    if (this.#ended) return;
    if (at - this.#lostAt > AWAY_AFTER_MS) this.#known.putConnection("feed", "away", now() - (at - this.#lostAt) / 1000);
    if (this.#source && at - this.#heardAt > SILENT_AT_MOST_MS) this.#lost();
    if (at >= this.#againAt) this.#connect();
  }

  #lost() {
    this.#lostAt = Math.min(this.#lostAt, performance.now());
    // A feed does not say why it ended: whether the session did, this tells.
    if (this.#tries) read("/api/me").catch(() => {});
    this.#reconnect(pause(this.#tries, Math.random()));
    this.#tries += 1;
  }

  #reconnect(seconds) {
    this.#close();
    this.#againAt = performance.now() + seconds * 1000;
    // The tick, a second at most, is for pages that nobody sees.
    setTimeout(() => this.#look(), seconds * 1000 + 10);
  }

  #close() {
    this.#againAt = Infinity;
    this.#source?.close();
    this.#source = null;
  }
}
