/** The messages of a case, each with what is known of it by now; the newest at the end, in sight. */

import { element, put } from "./element.js";
import { Keyed } from "./keyed.js";
import { moment, timeOfDay } from "./time.js";
import { inLanguage, said, say } from "./words.js";

/** What is under way for less is no late text: as the terminal has it. */
const LATE_SECONDS = 120;

const BAD = new Set(["undelivered", "failed", "expired", "uncertain"]);

class Line {
  #head = element("p", { class: "from" });
  #text = element("p", { class: "text", dir: "auto" });
  #drawn = "";
  key;
  node;

  constructor(key) {
    this.key = key;
    this.node = element("li", { class: "message" }, this.#head, this.#text);
  }

  draw(line) {
    const state = JSON.stringify([line, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.node.dataset.author = line.author;
    this.node.classList.toggle("bad", BAD.has(line.status));
    const status = line.author === "writer" ? "" : said("status", line.status || "queued");
    const parts = [moment(line.at), line.who || said("author", line.author), status];
    if (line.missing) parts.push(say("thread.missing", { count: line.missing }));
    if (line.late >= LATE_SECONDS) parts.push(say("thread.late", { at: timeOfDay(line.at - line.late) }));
    put(this.#head, parts.filter(Boolean).join(" · "));
    put(this.#text, line.text);
  }
}

export class Thread {
  #list = element("ol", { class: "thread" });
  #empty = element("p", { class: "empty" });
  #keyed = new Keyed(this.#list, (key) => new Line(key));
  node = element(
    "div",
    { class: "scrolls", tabindex: "0", hint: "thread.title", role: "log", "aria-live": "polite" },
    this.#empty,
    this.#list,
  );

  draw(whole, other) {
    const lines = whole.lines ?? [];
    const atEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 60;
    const before = this.#keyed.rows.length;
    this.#keyed.draw(
      lines,
      (line) => `${whole.incident} ${line.id}`,
      () => null,
    );
    put(this.#empty, lines.length ? "" : say(whole.discreet ? "thread.hidden" : "thread.none"));
    this.#list.hidden = !lines.length;
    // Who reads further up is left there.
    if (other || (atEnd && this.#keyed.rows.length !== before)) this.node.scrollTop = this.node.scrollHeight;
  }
}
