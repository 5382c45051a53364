/** One panel for each queue, to be read from across the room: who waits, how soon calls are answered, who is there. */

import { element, put, show } from "./element.js";
import { Keyed } from "./keyed.js";
import { lasted, now } from "./time.js";
import { said, say } from "./words.js";

/** NENA-STA-020: of all calls so many per cent within so many seconds. For 10 s nobody has set a share. */
const WANTED = { 10: 0, 15: 90, 20: 95 };
const ENOUGH = 10;
const LONG_SECONDS = 20;
const THERE = ["free", "ringing", "talking", "paused", "lost"];

export class Wall {
  #list = element("div", { class: "wall" });
  #keyed = new Keyed(this.#list, (queue) => new Panel(queue));
  node = this.#list;

  draw({ queues }, isOld) {
    this.#list.style.setProperty("--queues", queues.length);
    this.#keyed.draw(queues, (line) => line.queue, () => isOld);
  }

  tick() {
    for (const panel of this.#keyed.rows) panel.tick();
  }
}

class Panel {
  #line = null;
  #name = element("h2", {});
  #full = element("p", { class: "full" });
  #waiting = new Figure("board.waiting", "waiting");
  #messages = new Figure("board.messages", "written");
  #abandoned = new Figure("board.abandoned", "abandoned");
  #within = new Map(Object.keys(WANTED).map((bound) => [bound, new Figure("", "within")]));
  #desks = element("ul", { class: "desks" });
  #none = element("p", { class: "nobody" });
  #off = element("p", { class: "away" });
  #chips = new Keyed(this.#desks, (id) => new Chip(id));

  constructor(queue) {
    this.key = queue;
    const head = element("header", {}, this.#name, this.#full);
    const shares = element("div", { class: "shares" }, ...[...this.#within.values()].map((figure) => figure.node));
    const figures = element("div", { class: "figures" }, this.#waiting.node, shares, this.#abandoned.node, this.#messages.node);
    const desks = element("div", { class: "there" }, this.#desks, this.#none, this.#off);
    this.node = element("section", { class: "panel", id: `queue-${queue}` }, element("div", { class: "inner" }, head, figures, desks));
  }

  draw(line) {
    this.#line = line;
    this.node.setAttribute("aria-label", line.name);
    put(this.#name, line.short);
    put(this.#full, line.queue === line.short ? "" : line.queue);
    this.#shares(line.hour, line.today);
    const { hour, today } = line;
    const missed = line.missed ? say("board.missed", { count: line.missed }) : "";
    const whole = today ? say("board.today", { figure: today.abandoned }) : "";
    this.#abandoned.put(hour ? hour.abandoned : "–", missed || whole, false);
    this.#drawDesks(line.desks);
    this.tick();
  }

  #shares(hour, today) {
    for (const [bound, figure] of this.#within) {
      const share = percent(hour, bound);
      const whole = percent(today, bound);
      const bad = share !== null && hour.answered >= ENOUGH && share < WANTED[bound];
      figure.name(say("board.within", { bound }));
      figure.put(share === null ? "–" : `${share}%`, whole === null ? "" : say("board.today", { figure: `${whole}%` }), bad);
    }
  }

  #drawDesks(desks) {
    const there = desks.filter((desk) => THERE.includes(desk.state));
    this.#chips.draw(there, (desk) => desk.id, () => null);
    const nobody = !there.some((desk) => ["free", "ringing", "talking"].includes(desk.state));
    put(this.#none, nobody ? say("board.nobody") : "");
    show(this.#none, nobody);
    const away = desks.filter((desk) => !THERE.includes(desk.state)).length;
    put(this.#off, away ? say("board.away", { count: away }) : "");
  }

  tick() {
    const line = this.#line;
    if (!line) return;
    const wait = line.since === null ? null : now() - line.since;
    const late = wait !== null && wait > LONG_SECONDS;
    this.#waiting.put(line.seen ? line.waiting : "–", wait === null ? "" : say("board.longest", { span: lasted(wait) }), late);
    this.#waiting.mark(line.waiting > 0);
    const { messages } = line;
    const longest = messages?.since ? say("board.longest", { span: lasted(now() - messages.since) }) : "";
    this.#messages.put(messages ? messages.waiting : "–", longest, false);
    this.#messages.mark(messages?.waiting > 0);
    for (const chip of this.#chips.rows) chip.tick();
  }
}

/** A big figure, its name, and a line below. */
class Figure {
  #label;
  #sign = element("span", { class: "sign", text: "▼", "aria-hidden": "true", hidden: true });
  #value = element("span", { class: "value" });
  #note = element("span", { class: "note" });
  node;

  constructor(word, kind) {
    this.#label = element("span", word ? { class: "label", say: word } : { class: "label" });
    this.node = element("p", { class: `figure ${kind}` }, this.#label, element("strong", {}, this.#sign, this.#value), this.#note);
  }

  name(words) {
    put(this.#label, words);
  }

  /** @param bad it is worse than it should be: shown by a sign, too. */
  put(value, note, bad) {
    put(this.#value, value);
    show(this.#sign, bad);
    // An empty line keeps its height, and the figures their row.
    put(this.#note, note || "\u00a0");
    this.node.classList.toggle("bad", bad);
  }

  mark(marked) {
    this.node.classList.toggle("some", Boolean(marked));
  }
}

const SIGNS = { free: "○", ringing: "◔", talking: "●", paused: "▮▮", lost: "✕" };

class Chip {
  #desk = null;
  #sign = element("span", { class: "sign", "aria-hidden": "true" });
  #words = element("span", {});

  constructor(id) {
    this.key = id;
    this.node = element("li", { class: "chip" }, this.#sign, element("b", { text: id }), this.#words);
  }

  draw(desk) {
    this.#desk = desk;
    this.node.dataset.state = desk.state;
    put(this.#sign, SIGNS[desk.state] ?? "");
    this.tick();
  }

  tick() {
    const { state, reason, since } = this.#desk;
    const why = state === "paused" && reason ? `: ${said("pause", reason)}` : "";
    const span = since && state !== "free" ? ` ${lasted(now() - since)}` : "";
    put(this.#words, `${say(`board.desk_${state}`)}${why}${span}`);
  }
}

function percent(tally, bound) {
  return tally?.answered ? Math.floor((100 * tally.within[bound]) / tally.answered) : null;
}
