/** The bar on top: which desk this is, whether it is on duty, what is connected, and what belongs to the page. */

import { Clock } from "./clock.js";
import { button, element, put, show } from "./element.js";
import { keepFocus } from "./focus.js";
import { inFrame } from "./frame.js";
import { announce } from "./live.js";
import { signIn } from "./session.js";
import { lasted, now, timeOfDay } from "./time.js";
import { isDark, onTheme, switchTheme } from "./theme.js";
import { inLanguage, said, say } from "./words.js";

const PARTS = ["feed", "sip", "store"];

/** While one of these is cut off no call comes, whatever duty was. */
const NEEDED = ["feed", "sip", "here"];

export class Top {
  #known;
  #duty;
  #desk = element("strong", { class: "desk" });
  #who = element("span", { class: "who" });
  #state = element("span", { class: "state" });
  #acts = element("div", { class: "duty", role: "group", hint: "duty.title" });
  #clock = new Clock();
  #lights = new Map(
    PARTS.map((name) => [name, element("li", {}, element("span"), element("span", { class: "unseen" }))]),
  );
  #desks = element("select", { class: "desks", hint: "duty.desk" });
  #on = button("duty.on", () => this.#begin(), { kind: "primary" });
  #back = button("duty.back", () => this.#duty.on(this.#known.me.desk), { kind: "primary" });
  #pause = button("duty.pause", () => this.#duty.pause());
  #off = button("duty.off", () => this.#duty.off());
  #language = element("button", { type: "button", class: "button quiet" });
  #theme = element("button", { type: "button", class: "button quiet" });
  #sound = element("button", { type: "button", class: "button quiet" });
  #alert = element("p", { class: "alert", role: "alert", hidden: true });
  #here = button("duty.here", () => this.#duty.take(), { kind: "primary", hidden: true });
  #again = button("alert.sign_in", signIn, { kind: "primary", hidden: true });

  constructor(known, duty, ring, { onLanguage, onHelp, onBlank }) {
    this.#known = known;
    this.#duty = duty;
    this.#language.addEventListener("click", onLanguage);
    this.#theme.addEventListener("click", () => {
      switchTheme();
      this.draw();
    });
    onTheme(() => inFrame(this.draw));
    this.#sound.addEventListener("click", () => {
      ring.mute(!ring.muted);
      this.draw();
    });
    this.ring = ring;
    this.page = [
      this.#sound,
      this.#language,
      this.#theme,
      button("top.blank", onBlank, { kind: "quiet", key: "F10" }),
      button("top.help", onHelp, { kind: "quiet", key: "F1" }),
    ];
    for (const name of ["me", "duty", "connection", "standing"]) known.on(name, () => inFrame(this.draw));
  }

  place(parent, below) {
    const lights = element("ul", { class: "lights", hint: "top.connections" }, ...this.#lights.values());
    this.#acts.append(this.#state, this.#desks, this.#on, this.#back, this.#pause, this.#off);
    const token = element("form", {
      method: "post",
      action: "/logout",
      on: { submit: (event) => this.#logOut(event) },
    });
    this.csrf = element("input", { type: "hidden", name: "csrf" });
    token.append(this.csrf, element("button", { class: "button quiet", say: "top.log_out" }));
    parent.append(
      element("div", { class: "name" }, this.#desk, this.#who),
      this.#acts,
      lights,
      this.#clock.node,
      ...this.page,
      token,
    );
    below.append(this.#alert, this.#here, this.#again);
  }

  #begin() {
    const desk = this.#desks.value || this.#known.me.desk;
    return desk ? this.#duty.on(desk) : announce(say("duty.no_desk"), { bad: true });
  }

  /** Off duty first: afterwards the page could no longer say that it goes. */
  async #logOut(event) {
    if (!this.#duty.isOn) return;
    event.preventDefault();
    const form = event.target;
    if (await this.#duty.off()) form.submit();
  }

  draw = () => keepFocus(this.#acts, () => this.#known.me && this.#draw());

  #draw() {
    const { me, duty } = this.#known;
    const on = duty.state !== "off" && !this.#known.taken;
    put(this.#desk, me.desk || say("top.no_desk"));
    put(this.#who, [me.agencies?.find((each) => each.id === me.agency)?.short, me.name].filter(Boolean).join(" · "));
    this.csrf.value = me.csrf;
    this.#choice(me, on);
    show(this.#on, !on);
    show(this.#back, on && duty.state === "pause");
    show(this.#pause, on && duty.state === "on");
    show(this.#off, on);
    this.#state.dataset.state = this.#duties(on);
    this.#page();
    this.#connections();
    this.tick();
  }

  tick() {
    const { duty, taken } = this.#known;
    this.#clock.tick();
    const state = this.#duties(!taken);
    const why = state === "pause" && duty.reason ? ` (${said("pause", duty.reason)})` : "";
    const since = state !== "off" && duty.since ? ` ${lasted(now() - duty.since)}` : "";
    put(this.#state, `${say(`duty.is_${state}`)}${why}${since}`);
  }

  /** What is shown of duty: who is cut off is not rung, and not shown as if. */
  #duties(on) {
    const { connection, duty, session } = this.#known;
    if (!on || duty.state !== "on") return on ? duty.state : "off";
    return session.isOver || NEEDED.some((name) => connection[name].state === "away") ? "cut" : "on";
  }

  #choice(me, on) {
    const desks = me.desks ?? [];
    const isTaken = desks.some((desk) => desk.by && desk.by !== me.account);
    show(this.#desks, !on && (desks.length > 1 || isTaken));
    const names = desks.map((desk) => named(desk, me.account));
    if (this.#desks.dataset.names === names.join()) return;
    this.#desks.dataset.names = names.join();
    this.#desks.replaceChildren(...desks.map((desk, at) => element("option", { value: desk.id, text: names[at] })));
    this.#desks.value = desks.some((desk) => desk.id === me.desk) ? me.desk : offered(desks);
  }

  #page() {
    const [short, name] = inLanguage() === "id" ? ["EN", "English"] : ["ID", "Bahasa Indonesia"];
    put(this.#language, short);
    this.#language.title = name;
    this.#language.setAttribute("aria-label", `${short}, ${name}`);
    this.#language.lang = short.toLowerCase();
    put(this.#theme, say(isDark() ? "top.light" : "top.dark"));
    put(this.#sound, say(this.ring.muted ? "top.sound_off" : "top.sound_on"));
    this.#sound.setAttribute("aria-pressed", String(this.ring.muted));
  }

  #connections() {
    const lost = [];
    for (const [name, light] of this.#lights) {
      const { state, since } = this.#known.connection[name];
      light.dataset.state = state;
      light.firstChild.textContent = say(`top.${name}`);
      put(light.lastChild, ` ${say(`light.${state}`)}`);
      // A telephone beside the page has a connection of its own.
      show(light, name !== "sip" || this.#known.me.sip);
      if (state === "away") lost.push(say(`alert.${name}`, { since: timeOfDay(since) }));
    }
    const { here, feed, sound, microphone } = this.#known.connection;
    if (here.state === "away" && feed.state !== "away") lost.push(say("alert.here", { since: timeOfDay(here.since) }));
    if (sound.state === "away") lost.unshift(say("alert.sound", { since: timeOfDay(sound.since) }));
    if (microphone.state === "away") lost.unshift(say("alert.microphone", { since: timeOfDay(microphone.since) }));
    this.#ends(lost);
    put(this.#alert, lost.join(" "));
    show(this.#alert, lost.length);
  }

  /** Why this page is at no desk any more, or soon will not be. */
  #ends(lost) {
    const { taken, missedSince, session } = this.#known;
    if (taken) lost.unshift(say(taken.who ? "alert.taken_by" : "alert.taken", taken));
    if (missedSince) lost.unshift(say("alert.missed", { since: timeOfDay(missedSince) }));
    if (session.isOver) lost.unshift(say("alert.session_over"));
    else if (session.endsAt) lost.push(say("alert.session_ends", { at: timeOfDay(session.endsAt) }));
    show(this.#here, taken && !session.isOver);
    show(this.#again, session.isOver || session.endsAt);
  }
}

/** A desk in the list of desks: which, whether it is a telephone alone, and who has it. */
function named({ id, kind, by }, account) {
  const rest = [kind !== "browser" && say("duty.telephone"), by && by !== account && by].filter(Boolean);
  return rest.length ? `${id} (${rest.join(", ")})` : id;
}

/** The one to be offered first: a free one in the browser, else one there to be taken over, which is asked about. */
function offered(desks) {
  const browsers = desks.filter((desk) => desk.kind === "browser");
  const of = browsers.length ? browsers : desks;
  return (of.find((desk) => desk.free) ?? of[0])?.id ?? "";
}
