/** Who waits and who talks, for a supervisor: to listen in, or to have a contact wait elsewhere. */

import { Aim } from "./aim.js";
import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { Keyed } from "./keyed.js";
import { announce } from "./live.js";
import { act, read } from "./server.js";
import { lasted, now } from "./time.js";
import { said, say } from "./words.js";

const HEADS = [
  "board.state", "board.span", "board.queue", "board.case", "board.area", "board.medium", "board.desk", "board.act",
];
/** What a case is named by besides. */
const SHOWN_DIGITS = 8;

export class Contacts {
  #seen = null;
  #briefs = new Map();
  #body = element("tbody", {});
  #none = element("p", { class: "empty", say: "board.no_contacts" });
  #keyed;
  node;

  /** @param changed something was done: it is to be looked at anew. */
  constructor(changed) {
    const acts = { listen: (line) => this.#listen(line, changed), move: (line) => this.#move(line, changed) };
    this.#keyed = new Keyed(this.#body, (key) => new Row(key, acts), new Aim(this.#body));
    this.node = element("div", { class: "scrolls view", tabIndex: 0, role: "region", hint: "board.contacts" }, table(HEADS, this.#body), this.#none);
  }

  draw(seen) {
    this.#seen = seen;
    const keyOf = (line) => `${line.incident} ${line.queue} ${line.medium} ${line.desk}`;
    this.#keyed.draw(seen.contacts, keyOf, (line) => this.#briefs.get(`${line.incident} ${line.queue}`) ?? null);
    show(this.#none, !seen.contacts.length);
  }

  /** What each is, as far as one may know: asked for only while somebody looks here, for a board hangs on a wall. */
  async fetch() {
    try {
      const { contacts } = await read("/api/board/contacts");
      this.#briefs = new Map(contacts.map((brief) => [`${brief.incident} ${brief.queue}`, brief]));
    } catch {
      // Those of before are shown; that the connection is lost the board itself tells.
    }
    if (this.#seen) this.draw(this.#seen);
  }

  forget() {
    this.#briefs = new Map();
    if (this.#seen) this.draw(this.#seen);
  }

  #named(line) {
    const brief = this.#briefs.get(`${line.incident} ${line.queue}`);
    return [brief && what(brief), brief?.area, line.incident.slice(0, SHOWN_DIGITS)].filter(Boolean).join(", ");
  }

  tick() {
    for (const row of this.#keyed.rows) row.tick();
  }

  async #listen(line, changed) {
    const text = [this.#named(line), say("board.listen_text", { desk: line.desk })];
    if (!(await ask({ title: "board.listen", text, yes: "board.listen" }))) return;
    await this.#do("/api/listen", { incident: line.incident }, "board.listen_rings", changed);
  }

  async #move(line, changed) {
    const others = this.#seen.targets.filter((target) => target.id !== line.queue);
    const choices = others.map((target) => ({ value: target.id, label: target.short, hint: target.id }));
    const fields = [{ name: "queue", label: "board.move_to", kind: "choice", choices, required: true }];
    const text = [say("board.move_text", { incident: this.#named(line), queue: line.queue })];
    const answer = await ask({ title: "board.move", text, fields, yes: "board.move" });
    if (!answer) return;
    const asked = { incident: line.incident, queue: answer.queue, medium: line.medium };
    await this.#do("/api/move", asked, "board.moved", changed);
  }

  async #do(path, asked, done, changed) {
    try {
      await act(path, asked);
      announce(say(done));
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
    changed();
  }
}

class Row {
  #line = null;
  #state = element("td", {});
  #queue = element("td", {});
  #what = element("span", { class: "what" });
  #name = element("span", { class: "from" });
  #case = element("th", { scope: "row" }, this.#what, " ", this.#name);
  #area = element("td", {});
  #medium = element("td", {});
  #desk = element("td", {});
  #span = element("td", { class: "span" });
  #listen;
  #move;

  constructor(key, acts) {
    this.key = key;
    this.#listen = button("board.listen", () => acts.listen(this.#line), { kind: "small" });
    this.#move = button("board.move", () => acts.move(this.#line), { kind: "small" });
    const all = element("td", {}, this.#listen, this.#move);
    this.node = element("tr", {});
    this.node.append(this.#state, this.#span, this.#queue, this.#case, this.#area, this.#medium, this.#desk, all);
  }

  /** @param brief {nature, priority, area}; null: not known, or not yet. */
  draw(line, brief) {
    this.#line = line;
    const talks = Boolean(line.desk);
    const name = line.incident.slice(0, SHOWN_DIGITS);
    this.node.className = talks ? "talks" : "waits";
    put(this.#state, say(talks ? "board.talks" : "board.waits"));
    put(this.#queue, line.queue);
    put(this.#what, brief ? what(brief) : "");
    this.#what.classList.toggle("urgent", brief?.priority === 1);
    put(this.#name, [name || "–", line.drill && say("board.drill")].filter(Boolean).join(" · "));
    put(this.#area, brief?.area || "–");
    put(this.#medium, say(`board.medium_${line.medium}`));
    put(this.#desk, line.desk || "–");
    show(this.#listen, talks && line.medium === "call" && line.incident);
    show(this.#move, !talks && line.incident);
    const called = [brief && what(brief), name].filter(Boolean).join(" ");
    this.#listen.setAttribute("aria-label", `${say("board.listen")} ${called}`);
    this.#move.setAttribute("aria-label", `${say("board.move")} ${called}`);
    this.tick();
  }

  tick() {
    put(this.#span, this.#line?.since ? lasted(now() - this.#line.since) : "–");
  }
}

function what({ nature, priority }) {
  return `P${priority} ${said("nature", nature)}`;
}

/** A table with these words as its heads. */
export function table(heads, body) {
  const row = element("tr", {}, ...heads.map((word) => element("th", { scope: "col", say: word })));
  return element("table", { class: "list" }, element("thead", {}, row), body);
}
