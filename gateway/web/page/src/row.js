/** One case in a list: what it is, how urgent, how long, where; and the one thing to do with it. */

import { button, element, put } from "./element.js";
import { brief, short } from "./placed.js";
import { ago, lasted, minute, now } from "./time.js";
import { said, say } from "./words.js";

const SIGNS = ["life_threat", "silent", "takeover"];

export class Row {
  #open;
  #priority = element("span", { class: "priority" });
  #nature = element("span", { class: "nature" });
  #signs = element("span", { class: "signs" });
  #wait = element("span", { class: "wait" });
  #names = element("span", { class: "names" });
  #radius = element("span", { class: "radius" });
  #place = element("span", { class: "where" }, this.#names, " ", this.#radius);
  #news = element("span", { class: "news" });
  #accept;
  #since = 0;
  /** What the law wants first of it, where it is listed for that. */
  #limit = null;
  #isFound = false;
  #drawn = "";
  key;
  node;

  /** @param acts {open(incident)|null, accept(incident)|null} */
  constructor(incident, acts) {
    this.key = incident;
    this.#open = acts.open
      ? element("button", { type: "button", class: "open", on: { click: () => acts.open(incident) } })
      : element("div", { class: "open" });
    this.#open.append(this.#priority, this.#nature, this.#news, this.#wait, this.#place, this.#signs);
    this.#accept = acts.accept ? button("act.accept", () => acts.accept(incident), { kind: "accept" }) : null;
    if (this.#accept) this.#accept.tabIndex = -1;
    this.node = element("li", { class: "row", data: { incident } }, this.#open, this.#accept);
  }

  /**
   * @param row of a search it tells besides how the case stands: {state, desk, queue}.
   * @param shown {chosen: boolean, next: boolean (what F2 takes), news: number, language: string, desk: one's own,
   *   still: boolean (its height stays)}
   */
  draw(row, shown) {
    this.#isFound = Boolean(row.state);
    this.#since = row.since ?? row.opened_at ?? 0;
    this.#limit = row.limits?.[0] ?? null;
    const state = JSON.stringify([row, shown]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.tick();
    if (this.#open.type) this.#open.setAttribute("aria-current", shown.chosen ? "true" : "false");
    this.node.classList.toggle("next", shown.next);
    this.node.classList.toggle("urgent", row.priority <= 2);
    this.node.classList.toggle("raised", Boolean(row.raised));
    this.node.classList.toggle("late", Boolean(this.#limit?.late));
    put(this.#priority, row.priority ? `P${row.priority}` : "");
    put(this.#nature, row.nature ? said("nature", row.nature) : say("list.unnamed"));
    if (!shown.still) this.#drawSigns([...(row.state ? [standing(row, shown.desk)] : []), ...signs(row)]);
    const { names, radius } = short(row.place);
    put(this.#names, names);
    put(this.#radius, radius);
    this.#place.title = brief(row.place);
    put(this.#news, countOf(row, shown.news));
    this.#news.classList.toggle("new", shown.news > 0);
    if (this.#accept)
      this.#accept.setAttribute("aria-label", `${say("act.accept")}: ${this.#nature.textContent}, ${brief(row.place)}`);
  }

  #drawSigns(words) {
    if (this.#signs.dataset.drawn === words.join()) return;
    this.#signs.dataset.drawn = words.join();
    this.#signs.replaceChildren(...words.map((text) => element("span", { class: "sign", text })));
  }

  tick() {
    if (this.#limit) return put(this.#wait, ago(this.#limit.due_at, now()));
    const age = this.#isFound ? ago(this.#since, now()) : lasted(now() - this.#since);
    return put(this.#wait, this.#since ? age : "");
  }
}

function countOf(row, news) {
  if (news) return say("list.new", { count: news });
  if (!row.desk && !row.state) return "";
  return row.messages > 1 ? say("list.messages", { count: row.messages }) : "";
}

/** Whether it is over, who has it, or where it waits. */
function standing({ state, desk, queue }, own) {
  if (state === "call") return say(desk === own ? "state.call_mine" : "state.call", { desk });
  if (state === "held") return say(desk === own ? "state.mine" : "state.other", { desk });
  return say(`state.${state}`, { queue });
}

function signs(row) {
  const warnings = row.warnings ?? [];
  const shown = SIGNS.filter((name) => row[name] || warnings.includes(name)).map((name) => said("sign", name));
  shown.unshift(...(row.limits ?? []).map(limited));
  if (row.test) shown.unshift(said("sign", "test"));
  if (row.raised) shown.push(said("sign", "raised"));
  if (row.part && !row.discreet) shown.push(said("sign", `part_${row.part}`));
  if (row.follow_up) shown.push(followed(row.follow_up));
  if (row.medium === "call" || row.medium === "both") shown.push(said("sign", "call"));
  return shown;
}

/** What the law wants of it, and until when. */
function limited({ what, due_at: due, late }) {
  return `${said("timer", what)} ${say(late ? "care.timer_over" : "care.timer_due", { at: minute(due) })}`;
}

/** What the gateway does of itself about a caller who hung up, and what became of it. */
function followed({ what, outcome }) {
  if (what === "nothing") return said("follow", "nothing");
  return outcome ? `${said("follow", what)}: ${said("followed", outcome)}` : said("follow", what);
}
