/** The lists at the left: who waits for the agency, what this desk has, whom nobody answered, what it was informed of. */

import { element, put, show } from "./element.js";
import { Finding } from "./finding.js";
import { inFrame } from "./frame.js";
import { Keyed } from "./keyed.js";
import { Row } from "./row.js";
import { lasted, now } from "./time.js";
import { inLanguage, say } from "./words.js";

/** More than anybody looks through; how many there are in all the heading tells. */
const ROWS_AT_MOST = 100;

const SECTIONS = ["calls", "mine", "waiting", "missed", "informed"];
/** What a desk takes on from the list itself. */
const TAKEN = ["waiting", "missed"];

export class Lists {
  #known;
  #acts;
  #sections = new Map();
  #queue = element("p", { class: "queue" });
  /** Who waits in the queue of calls: seen, not taken; the next one rings. */
  #callers = element("ul", { class: "callers", "aria-labelledby": "list-waiting" });
  #waiting = new Keyed(this.#callers, (incident) => new Row(incident, { open: null, accept: null }));
  #read = new Map();
  #heard = null;
  finding;
  node = element("nav", { class: "lists", hint: "list.title" });

  /** @param acts {open(incident), accept(incident), ring()} */
  constructor(known, acts) {
    this.#known = known;
    this.#acts = acts;
    this.finding = new Finding(known, { open: acts.open, drawn: () => this.#roam() });
    this.node.append(this.finding.node);
    for (const name of SECTIONS) this.#section(name);
    this.node.addEventListener("keydown", (event) => this.#move(event));
    for (const name of ["me", "lists", "open"]) known.on(name, () => inFrame(this.draw));
    known.on("lists", () => this.#ringNew());
  }

  #section(name) {
    const heading = element("h2", { id: `list-${name}` });
    const list = element("ul", { "aria-labelledby": heading.id });
    const empty = element("p", { class: "empty", say: `list.none_${name}` });
    const more = element("p", { class: "empty" });
    const acts = { open: this.#acts.open, accept: TAKEN.includes(name) ? this.#acts.accept : null };
    const keyed = new Keyed(list, (incident) => new Row(incident, acts));
    const node = element(
      "section",
      { class: `list ${name}` },
      heading,
      ...(name === "waiting" ? [this.#queue, this.#callers] : []),
      empty,
      list,
      more,
    );
    this.#sections.set(name, { heading, empty, more, keyed, node });
    this.node.append(node);
  }

  draw = () => {
    const { lists, open } = this.#known;
    const calls = this.#known.calls;
    const called = new Set(calls.map((row) => row.incident));
    const next = this.next;
    let later = false;
    for (const [name, { heading, empty, more, keyed, node }] of this.#sections) {
      // Who is on the line is not listed a second time.
      const rows = name === "calls" ? calls : (lists[name] ?? []).filter((row) => !called.has(row.incident));
      const callers = (name === "waiting" && this.#known.queued?.count) || 0;
      const hidden = (lists[name] ?? []).length - rows.length;
      const written = Math.max((lists.waiting_count ?? 0) - hidden, rows.length);
      const count = name === "waiting" ? written + callers : rows.length;
      put(heading, `${say(`list.${name}`)} (${count})`);
      show(empty, !count);
      show(node, rows.length || name === "waiting" || name === "mine");
      const shown = (row) => ({
        chosen: row.incident === open,
        next: row.incident === next,
        news: this.#news(name, row),
        language: inLanguage(),
      });
      later = keyed.draw(rows.slice(0, ROWS_AT_MOST), (row) => row.incident, shown) || later;
      put(more, rows.length > ROWS_AT_MOST ? say("list.more", { count: rows.length - ROWS_AT_MOST }) : "");
      show(more, rows.length > ROWS_AT_MOST);
    }
    this.#roam();
    this.#drawQueue();
    if (later) setTimeout(() => inFrame(this.draw), 500);
  };

  tick() {
    this.finding.tick();
    for (const { keyed } of this.#sections.values()) for (const row of keyed.rows) row.tick();
    this.#drawQueue();
  }

  /** All messages of a case have been looked at. */
  read(incident, messages) {
    this.#read.set(incident, messages);
  }

  /** What the key for "I take it" takes: the open case if it waits, else the first who waits; empty: nobody does. */
  get next() {
    const { open, lists } = this.#known;
    const waits = [...lists.waiting, ...lists.missed].some((row) => row.incident === open);
    return waits ? open : (lists.waiting[0]?.incident ?? "");
  }

  #drawQueue() {
    const { count, calls } = this.#known.queued ?? { count: 0, calls: [] };
    const longest = Math.max(0, ...calls.map((row) => now() - row.since));
    put(this.#queue, count ? say("list.queue", { count, longest: lasted(longest) }) : "");
    show(this.#queue, count);
    show(this.#callers, calls.length);
    const shown = { chosen: false, next: false, news: 0, language: inLanguage() };
    this.#waiting.draw(
      calls,
      (row) => row.incident,
      () => shown,
    );
    for (const row of this.#waiting.rows) row.tick();
  }

  #news(name, row) {
    if (name !== "mine" && name !== "calls") return 0;
    if (row.incident === this.#known.open) this.#read.set(row.incident, row.messages ?? 0);
    return Math.max(0, (row.messages ?? 0) - (this.#read.get(row.incident) ?? 0));
  }

  /** Something that was not there before, or has a new message: heard once. */
  #ringNew() {
    const seen = new Map();
    for (const name of ["waiting", "mine", "missed"]) {
      for (const row of this.#known.lists[name]) seen.set(`${name} ${row.incident}`, row.messages ?? 0);
    }
    const fresh = [...seen].some(([key, messages]) => messages > (this.#heard?.get(key) ?? -1));
    if (this.#heard && fresh) this.#acts.ring();
    this.#heard = seen;
  }

  /** One row is in the order of Tab; the arrows move from it. */
  #roam() {
    const buttons = [...this.node.querySelectorAll("button.open")];
    const current =
      buttons.find((each) => each === document.activeElement) ?? buttons.find((each) => each.ariaCurrent === "true");
    const chosen = current ?? buttons[0];
    for (const each of buttons) {
      const place = each === chosen ? 0 : -1;
      if (each.tabIndex !== place) each.tabIndex = place;
    }
  }

  #move(event) {
    const buttons = [...this.node.querySelectorAll("button.open")];
    const here = buttons.indexOf(document.activeElement);
    const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 };
    const next = buttons[steps[event.key]];
    if (!next) return;
    event.preventDefault();
    for (const each of buttons) each.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
