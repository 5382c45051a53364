/** The desk's page: its parts put together. */

import "./desk.css";

import { Blank } from "./blank.js";
import { CallBar } from "./call_bar.js";
import { CaseView } from "./case.js";
import { Duty } from "./duty.js";
import { element, speakAgain } from "./element.js";
import { Feed } from "./feed.js";
import { eachSecond, inFrame } from "./frame.js";
import { goRound, isAsking, listenToKeys, onKey, showKeys } from "./keys.js";
import { Known } from "./known.js";
import { Lists } from "./lists.js";
import { announce, placeVoices } from "./live.js";
import { Opening } from "./opening.js";
import { Place } from "./place.js";
import { Ring } from "./ring.js";
import { act, read, setToken } from "./server.js";
import { Session, wasToSignIn } from "./session.js";
import { Softphone } from "./softphone.js";
import { applyTheme } from "./theme.js";
import { setClock } from "./time.js";
import { Top } from "./top.js";
import { inLanguage, say, setLanguage } from "./words.js";

const RETRY_MS = 2000;

/** A key pressed twice within it was meant once. */
const TWICE_MS = 700;

class Desk {
  #known = new Known();
  #ring = new Ring();
  #feed = new Feed(this.#known);
  #softphone = new Softphone(this.#known);
  #duty = new Duty(this.#known, this.#softphone);
  #session = new Session(this.#known, this.#softphone, this.#feed, this.#duty, () => this.#lists.finding.clear());
  #opening = new Opening(this.#known, this.#feed, () => this.#case.focus());
  #case = new CaseView(this.#known, (incident) => this.#opening.refresh(incident));
  #place = new Place(this.#known, (incident) => this.#opening.refresh(incident));
  #call = new CallBar(this.#known, this.#softphone, this.#opening);
  #lists = new Lists(this.#known, {
    open: (incident) => this.#opening.open(incident),
    accept: (incident) => this.#accept(incident),
    ring: () => this.#ring.message(),
  });
  #top = new Top(this.#known, this.#duty, this.#ring, {
    onLanguage: () => this.#speak(inLanguage() === "id" ? "en" : "id"),
    onHelp: () => this.#help(),
    onBlank: () => this.#blank.switch(),
  });
  #blank;
  #tookAt = -Infinity;

  async start() {
    const me = await this.#me();
    setToken(me.csrf);
    setClock(me.timezone, me.now);
    this.#show(me);
    // Whatever this account is on duty at is another page so far.
    this.#known.putMe({ ...me, duty: { state: "off", reason: "", since: 0 } });
    this.#session.start();
    this.#keys();
    this.#known.on(
      "alarm",
      ({ what }) => me.role === "supervisor" && announce(say("alert.alarm", { what }), { bad: true }),
    );
    this.#feed.watch();
    // Whoever opens the board in this tab would go off duty by it.
    addEventListener("beforeunload", (event) => {
      if (me.role === "supervisor" && this.#duty.isOn && !this.#known.session.isOver) event.preventDefault();
    });
    this.#feed.start();
    this.#duty.start();
    this.#place.start(me.tiles);
    this.#duty.resume();
    eachSecond(() => this.#tick());
  }

  /** Whoever is served from a gateway that is just starting waits for it. */
  async #me() {
    for (;;) {
      try {
        return await read("/api/me");
      } catch (fault) {
        if (!fault.isAway && fault.status !== 503) throw fault;
        document.getElementById("starting").textContent = fault.sentence;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #show(me) {
    this.#language(me.language);
    document.getElementById("starting").remove();
    const top = element("header", { class: "top" });
    const alerts = element("div", { class: "alerts" });
    this.#top.place(top, alerts);
    const desk = element(
      "div",
      { class: "parts" },
      this.#lists.node,
      this.#call.node,
      this.#case.node,
      this.#place.node,
    );
    document.body.append(top, alerts, desk);
    placeVoices(document.body);
    // Parts made before the account's language was known.
    speakAgain();
    this.#blank = new Blank([top, alerts, desk]);
    this.#softphone.addEventListener("change", () => this.#ringing(this.#softphone.state === "ringing"));
    goRound([this.#lists.node, this.#call.node, this.#case.node, this.#place.node, top]);
  }

  /** The title tells that it rings to who looks elsewhere, and nothing of why. */
  #ringing(rings) {
    this.#ring.call(rings);
    document.title = `${rings ? "☎ " : ""}${say("page.title")}`;
  }

  #keys() {
    listenToKeys();
    onKey("F1", () => this.#help());
    onKey("F2", () => this.#next());
    onKey("F3", () => this.#place.focus());
    onKey("Shift+F3", () => this.#lists.finding.focus());
    onKey("F9", () => this.#case.write());
  }

  #help() {
    return showKeys(this.#known.me.role === "supervisor" ? ["account", "board"] : ["account"]);
  }

  /** The one key for "I take it": the call that rings, else the open case if it waits, else the first who waits. */
  #next() {
    if (this.#softphone.state === "ringing") return this.#softphone.answer();
    if (isAsking()) return null;
    if (this.#call.restsFromRinging) return this.#call.want();
    // Pressed twice it takes one, and not the one after it, too.
    if (performance.now() - this.#tookAt < TWICE_MS) return null;
    this.#tookAt = performance.now();
    const incident = this.#lists.next;
    return incident ? this.#accept(incident) : announce(say(this.#nothing));
  }

  get #nothing() {
    return this.#duty.isOn ? "list.none_waiting" : "list.off";
  }

  async #accept(incident) {
    if (await this.#case.acts.accept(incident)) await this.#opening.open(incident);
  }

  async #speak(language) {
    this.#language(language);
    speakAgain();
    for (const name of ["me", "duty", "lists", "open"]) this.#known.tell(name);
    try {
      await act("/api/language", { language });
      this.#feed.again();
      if (this.#known.open) await this.#opening.refresh(this.#known.open);
    } catch (fault) {
      announce(fault.sentence ?? String(fault), { bad: true });
    }
  }

  #language(language) {
    document.documentElement.lang = setLanguage(language);
    document.title = say("page.title");
  }

  #tick() {
    this.#top.tick();
    this.#call.tick();
    this.#lists.tick();
    this.#place.tick();
    this.#blank.tick(this.#call.isRinging);
  }
}

applyTheme();
if (!wasToSignIn())
  new Desk().start().catch((fault) => {
    document.getElementById("starting").textContent = fault.sentence ?? String(fault);
  });
