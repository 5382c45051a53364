/** The lists at the left: who waits for the agency, what this desk has, whom nobody answered, what it was informed of. */

import { Aim } from "./aim.js";
import { element, put, show } from "./element.js";
import { Finding } from "./finding.js";
import { inFrame } from "./frame.js";
import { Keyed } from "./keyed.js";
import { Row } from "./row.js";
import { lasted, now } from "./time.js";
import { inLanguage, say } from "./words.js";

/** More than anybody looks through; how many there are in all the heading tells. */
const ROWS_AT_MOST = 100;

const SECTIONS = ["calls", "mine", "waiting", "missed", "limits", "informed"];
/** What a desk takes on from the list itself. */
const TAKEN = ["waiting", "missed"];
/** Also where nothing is in them. */
const ALWAYS = ["mine", "waiting"];

const LOOKS_AGAIN_MS = 500;

export class Lists {
  #known;
  #acts;
  #sections = new Map();
  #queue = element("p", { class: "queue" });
  /** Who waits in the queue of calls: seen, not taken; the next one rings. */
  #callers = element("ul", { class: "callers", "aria-labelledby": "list-waiting" });
  #waiting = new Keyed(this.#callers, (incident) => new Row(incident, { open: null, accept: null }));
  #off = element("p", { class: "empty off", say: "list.off" });
  #read = new Map();
  #heard = null;
  #later = 0;
  finding;
  node = element("nav", { class: "lists", hint: "list.title" });
  /** What comes above moves all that is below it: the lists keep still as one. */
  #aim = new Aim(this.node);

  /** @param acts {open(incident), accept(incident), ring()} */
  constructor(known, acts) {
    this.#known = known;
    this.#acts = acts;
    this.finding = new Finding(known, { open: acts.open, drawn: () => this.#roam(), aim: this.#aim });
    this.node.append(this.finding.node, this.#off);
    for (const name of SECTIONS) this.#section(name);
    this.node.addEventListener("keydown", (event) => this.#move(event));
    for (const name of ["me", "lists", "open", "duty", "standing"]) known.on(name, () => inFrame(this.draw));
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
    const still = this.#aim.holds();
    this.#drawQueue(still);
    // What is not aimed at is drawn as it is, an open case among it.
    for (const name of SECTIONS) this.#drawSection(name, still);
    if (!still) show(this.#off, this.#isOff);
    this.#roam();
    clearTimeout(this.#later);
    if (still) this.#later = setTimeout(() => inFrame(this.draw), LOOKS_AGAIN_MS);
  };

  /** What waits for a desk is told to desks on duty: of what was told before, nothing is true for long. */
  get #isOff() {
    return this.#known.duty.state === "off" || this.#known.taken;
  }

  #drawSection(name, still) {
    const { heading, empty, more, keyed, node } = this.#sections.get(name);
    const { lists, open } = this.#known;
    const next = this.next;
    const rows = this.#rowsOf(name);
    const shown = (row) => ({
      chosen: row.incident === open,
      next: row.incident === next,
      news: this.#news(name, row),
      language: inLanguage(),
      still,
    });
    keyed.draw(rows.slice(0, ROWS_AT_MOST), (row) => row.incident, shown, still);
    const hidden = (lists[name] ?? []).length - rows.length;
    const written = Math.max((lists.waiting_count ?? 0) - hidden, rows.length);
    const callers = (name === "waiting" && this.#known.queued?.count) || 0;
    const count = name === "waiting" ? written + callers : rows.length;
    put(heading, `${say(`list.${name}`)} (${count})`);
    if (still) return;
    put(more, rows.length > ROWS_AT_MOST ? say("list.more", { count: rows.length - ROWS_AT_MOST }) : "");
    show(more, rows.length > ROWS_AT_MOST);
    show(empty, !count);
    show(node, rows.length || (!this.#isOff && ALWAYS.includes(name)));
  }

  /** Who is on the line is not listed a second time. */
  #rowsOf(name) {
    const { calls, lists } = this.#known;
    if (name === "calls") return calls;
    if (this.#isOff) return [];
    const called = new Set(calls.map((row) => row.incident));
    return (lists[name] ?? []).filter((row) => !called.has(row.incident));
  }

  tick() {
    this.finding.tick();
    for (const { keyed } of this.#sections.values()) for (const row of keyed.rows) row.tick();
    this.#tellQueue();
  }

  /** All messages of a case have been looked at. */
  read(incident, messages) {
    this.#read.set(incident, messages);
  }

  /** What the key for "I take it" takes: the open case if it waits, else the first who waits; empty: nobody does. */
  get next() {
    if (this.#isOff) return "";
    const { open, lists } = this.#known;
    const waits = [...lists.waiting, ...lists.missed].some((row) => row.incident === open);
    return waits ? open : (lists.waiting[0]?.incident ?? "");
  }

  get #queued() {
    return (!this.#isOff && this.#known.queued) || { count: 0, calls: [] };
  }

  #drawQueue(still) {
    const { count, calls } = this.#queued;
    const shown = { chosen: false, next: false, news: 0, language: inLanguage(), still };
    this.#waiting.draw(calls, (row) => row.incident, () => shown, still);
    if (still) return;
    show(this.#queue, count);
    show(this.#callers, calls.length);
    this.#tellQueue();
  }

  #tellQueue() {
    const { count, calls } = this.#queued;
    const longest = Math.max(0, ...calls.map((row) => now() - row.since));
    put(this.#queue, count ? say("list.queue", { count, longest: lasted(longest) }) : "");
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
