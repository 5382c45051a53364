/** What was promised and not done, and alarms. */

import { Aim } from "./aim.js";
import { table } from "./board_contacts.js";
import { ask } from "./dialog.js";
import { button, element, put, show } from "./element.js";
import { Keyed } from "./keyed.js";
import { announce } from "./live.js";
import { act, read } from "./server.js";
import { moment } from "./time.js";
import { has, say } from "./words.js";

/** A list that is fetched while it is looked at. */
class Fetched {
  #body = element("tbody", {});
  #none;
  #path;
  #name;
  #keyed;
  #values = [];
  node;

  constructor({ path, name, heads, none, title, make }) {
    this.#path = path;
    this.#name = name;
    this.#keyed = new Keyed(this.#body, make, new Aim(this.#body));
    this.#none = element("p", { class: "empty", say: none });
    this.node = element("div", { class: "scrolls view", tabIndex: 0, role: "region", hint: title }, table(heads, this.#body), this.#none);
  }

  async fetch() {
    try {
      this.#values = (await read(this.#path))[this.#name];
    } catch {
      return; // The board says that it is not connected.
    }
    this.draw();
  }

  draw() {
    this.#keyed.draw(this.#values, (value) => `${value.kind ?? ""} ${value.id}`, () => null);
    show(this.#none, !this.#values.length);
  }
}

async function perform(path, done) {
  try {
    await act(path);
    announce(say(done));
  } catch (fault) {
    announce(fault.sentence ?? String(fault), { bad: true });
  }
}

export class Letters extends Fetched {
  constructor() {
    const heads = ["board.at", "board.letter", "board.why", "board.case", "board.queue", "board.act"];
    const again = async (letter) => {
      const text = [`${named(letter)} · ${letter.incident.slice(0, 8)}`];
      if (!(await ask({ title: "board.again_ask", text, yes: "board.again" }))) return;
      await perform(`/api/dead/${encodeURIComponent(letter.id)}/again`, "board.again_done");
      await this.fetch();
    };
    const make = (key) => new Letter(key, again);
    super({ path: "/api/dead", name: "letters", heads, none: "board.no_letters", title: "board.letters", make });
  }
}

class Letter {
  #letter = null;
  #cells = ["td", "th", "td", "td", "td"].map((tag) => element(tag, tag === "th" ? { scope: "row" } : {}));
  #again;

  constructor(key, again) {
    this.key = key;
    this.#again = button("board.again", () => again(this.#letter), { kind: "small" });
    this.node = element("tr", {}, ...this.#cells, element("td", {}, this.#again));
  }

  draw(letter) {
    this.#letter = letter;
    const words = [letter.at ? moment(letter.at) : "–", named(letter), letter.why, letter.incident.slice(0, 8) || "–", letter.agency || "–"];
    for (const [at, word] of words.entries()) put(this.#cells[at], word);
    show(this.#again, letter.again);
    this.#again.setAttribute("aria-label", `${say("board.again")}: ${named(letter)}`);
  }
}

function named({ kind, name }) {
  const word = kind === "job" ? `board.job_${name}` : kind === "message" ? `status.${name}` : "";
  const what = word && has(word) ? say(word) : name;
  return kind === "job" ? what : `${say(`board.kind_${kind}`)}: ${what}`;
}

export class Alarms extends Fetched {
  /** @param changed one was acknowledged. */
  constructor(changed) {
    const heads = ["board.at", "board.alarm", "board.count", "board.case", "board.act"];
    const seen = async (alarm) => {
      await perform(`/api/alarms/${encodeURIComponent(alarm.id)}/seen`, "board.seen_done");
      await this.fetch();
      changed();
    };
    const make = (key) => new Alarm(key, seen);
    super({ path: "/api/alarms", name: "alarms", heads, none: "board.no_alarms", title: "board.alarms", make });
  }
}

class Alarm {
  #alarm = null;
  #at = element("td", {});
  #what = element("th", { scope: "row" });
  #count = element("td", {});
  #case = element("td", {});
  #by = element("span", { class: "hint" });
  #seen;

  constructor(key, seen) {
    this.key = key;
    this.#seen = button("board.seen", () => seen(this.#alarm), { kind: "small" });
    this.node = element("tr", {}, this.#at, this.#what, this.#count, this.#case, element("td", {}, this.#seen, this.#by));
  }

  draw(alarm) {
    this.#alarm = alarm;
    const { acknowledged } = alarm;
    this.node.className = acknowledged ? "seen" : "new";
    put(this.#at, moment(alarm.last));
    put(this.#what, alarm.what);
    // A sentence that nobody put into Indonesian is English, whatever the page's language is.
    this.#what.lang = alarm.language ?? "en";
    put(this.#count, alarm.count > 1 ? `${alarm.count}×` : "1");
    put(this.#case, alarm.incident.slice(0, 8) || "–");
    show(this.#seen, !acknowledged);
    this.#seen.setAttribute("aria-label", `${say("board.seen")}: ${alarm.what}`);
    put(this.#by, acknowledged ? say("board.seen_by", { who: acknowledged.by, at: moment(acknowledged.at) }) : "");
  }
}
