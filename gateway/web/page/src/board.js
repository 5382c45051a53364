/** The board: queues at a glance for a whole room, and what supervisors do about them. */

import "./desk.css";
import "./board.css";

import { Alarms, Letters } from "./board_troubles.js";
import { Contacts } from "./board_contacts.js";
import { Wall } from "./board_wall.js";
import { Clock } from "./clock.js";
import { button, element, put, show, speakAgain } from "./element.js";
import { eachSecond, inFrame } from "./frame.js";
import { announce, placeVoices, shout } from "./live.js";
import { act, onLoggedOut, read, setToken } from "./server.js";
import { Tabs } from "./tabs.js";
import { applyTheme, isDark, switchTheme } from "./theme.js";
import { lasted, now, setClock, timeOfDay } from "./time.js";
import { inLanguage, say, setLanguage } from "./words.js";

const LOOK_EVERY_MS = 1000;
const VIEWS = ["wall", "contacts", "letters", "alarms"];

class Board {
  #seen = null;
  #lostSince = 0;
  #loggedOut = false;
  #told = 0;
  #wall = new Wall();
  #contacts = new Contacts(() => this.#look());
  #letters = new Letters();
  #alarms = new Alarms(() => this.#look());
  #tabs = new Tabs("board.views", {
    wall: this.#wall.node, contacts: this.#contacts.node, letters: this.#letters.node, alarms: this.#alarms.node,
  }, () => this.#seen && this.#chose());
  #state = element("p", { class: "fresh", role: "status" });
  #clock = new Clock();
  #who = element("span", { class: "who" });
  #drills = element("p", { class: "drills" });
  #alert = element("p", { class: "alert", role: "alert", hidden: true });
  #hears = element("p", { class: "hears", hidden: true });
  #hearsWords = element("span", {});
  #language = element("button", { type: "button", class: "button quiet", on: { click: () => this.#speak() } });
  #theme = element("button", { type: "button", class: "button quiet", on: { click: () => this.#light() } });
  #whole = button("board.whole", () => this.#fill(), { kind: "quiet" });
  #csrf = element("input", { type: "hidden", name: "csrf" });

  async start() {
    const me = await read("/api/me");
    setToken(me.csrf);
    setClock(me.timezone, me.now);
    onLoggedOut(() => this.#end());
    this.#csrf.value = me.csrf;
    this.#place(me);
    this.#name(me.language);
    await this.#look();
    const wanted = location.hash.slice(1);
    if (VIEWS.includes(wanted)) this.#tabs.choose(wanted);
    eachSecond(() => this.#tick());
    this.#lookAgain();
  }

  #place(me) {
    document.getElementById("starting").remove();
    put(this.#who, me.name);
    const out = element(
      "form", { method: "post", action: "/logout" }, this.#csrf, element("button", { class: "button quiet", say: "top.log_out" }),
    );
    const desk = element("a", { class: "button quiet", href: "/desk", target: "_blank", rel: "noopener", say: "board.to_desk" });
    const name = element("div", { class: "name" }, element("h1", { say: "board.title" }), this.#who);
    const top = element("header", { class: "top" }, name, this.#state, this.#drills, this.#clock.node);
    top.append(this.#whole, this.#language, this.#theme, desk, out);
    this.#hears.append(this.#hearsWords, button("board.stop", () => this.#stop(), { kind: "small" }));
    const alerts = element("div", { class: "alerts" }, this.#alert, this.#hears);
    document.body.className = "board";
    document.body.append(top, alerts, element("main", {}, this.#tabs.node));
    placeVoices(document.body);
    addEventListener("fullscreenchange", () => document.body.classList.toggle("whole", Boolean(document.fullscreenElement)));
  }

  /** The view that is shown, for whoever opens this address again. */
  #chose() {
    history.replaceState(null, "", `#${this.#tabs.chosen}`);
    this.#fetchViews();
  }

  async #lookAgain() {
    for (let turn = 1; !this.#loggedOut; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      await this.#look();
      if (turn % 5 === 0 || this.#tabs.chosen === "contacts") this.#fetchViews();
    }
  }

  async #look() {
    try {
      this.#seen = await read("/api/board");
      setClock("", this.#seen.now);
      this.#lostSince = 0;
    } catch {
      this.#lostSince = this.#lostSince || now();
    }
    inFrame(this.draw);
  }

  #fetchViews() {
    if (this.#tabs.chosen === "contacts") this.#contacts.fetch();
    else this.#contacts.forget();
    if (this.#tabs.chosen === "letters") this.#letters.fetch();
    if (this.#tabs.chosen === "alarms") this.#alarms.fetch();
  }

  draw = () => {
    const seen = this.#seen;
    if (!seen) return this.#fresh();
    this.#wall.draw(seen, this.#isOld);
    this.#contacts.draw(seen);
    this.#tabs.name("wall", say("board.wall"));
    this.#tabs.name("contacts", `${say("board.contacts")} (${seen.contacts.length})`);
    this.#tabs.name("letters", say("board.letters"));
    this.#tabs.name("alarms", seen.alarms ? `${say("board.alarms")} (${seen.alarms})` : say("board.alarms"));
    if (seen.alarms > this.#told) shout(say("board.alarms_new", { count: seen.alarms }));
    this.#told = seen.alarms;
    document.getElementById("tab-alarms").classList.toggle("grave", seen.alarms > 0);
    put(this.#drills, seen.drills ? say("board.drills", { count: seen.drills }) : "");
    show(this.#hears, seen.listening.length);
    this.#fresh();
    return this.#tick();
  };

  get #isOld() {
    return Boolean(this.#lostSince || this.#seen?.old);
  }

  /** What is shown may not be so any more: said big, since nobody at the wall can look closer. */
  #fresh() {
    const since = timeOfDay(this.#seen?.at ?? this.#lostSince);
    const faults = [];
    if (this.#lostSince) faults.push(say("board.lost", { since: timeOfDay(this.#lostSince) }));
    else if (this.#seen?.old) faults.push(this.#seen.at ? say("board.old", { since }) : say("board.never"));
    if (!this.#lostSince && this.#seen?.store_away) faults.push(say("board.store_away"));
    put(this.#alert, faults.join(" "));
    show(this.#alert, faults.length);
    document.body.classList.toggle("old", this.#isOld);
    put(this.#state, faults.length ? "" : say("board.fresh"));
  }

  #tick() {
    this.#clock.tick();
    this.#wall.tick();
    this.#contacts.tick();
    const [heard] = this.#seen?.listening ?? [];
    if (heard) put(this.#hearsWords, say("board.hears", { incident: heard.incident.slice(0, 8), since: lasted(now() - heard.since) }));
  }

  async #stop() {
    try {
      await act("/api/listen/stop");
      await this.#look();
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
  }

  #fill() {
    if (document.fullscreenElement) return document.exitFullscreen();
    this.#tabs.choose("wall");
    return document.documentElement.requestFullscreen().catch(() => announce(say("board.not_whole"), { bad: true }));
  }

  #light() {
    switchTheme();
    put(this.#theme, say(isDark() ? "top.light" : "top.dark"));
  }

  async #speak() {
    const language = inLanguage() === "id" ? "en" : "id";
    this.#name(language);
    await act("/api/language", { language }).catch((fault) => announce(fault.sentence ?? String(fault), { bad: true }));
    await this.#look();
  }

  #name(language) {
    document.documentElement.lang = setLanguage(language);
    document.title = say("board.page_title");
    speakAgain();
    put(this.#language, inLanguage() === "id" ? "English" : "Bahasa Indonesia");
    this.#language.lang = inLanguage() === "id" ? "en" : "id";
    put(this.#theme, say(isDark() ? "top.light" : "top.dark"));
    for (const view of [this.#letters, this.#alarms]) view.draw();
    inFrame(this.draw);
  }

  /** A wall that nobody stands at cannot log in: it goes to where somebody can. */
  #end() {
    this.#loggedOut = true;
    location.assign("/login?next=/board");
  }
}

applyTheme();
new Board().start().catch((fault) => {
  const starting = document.getElementById("starting");
  if (starting) starting.textContent = fault.sentence ?? String(fault);
  setTimeout(() => location.reload(), 5000);
});
