/** A caller's telephone in the browser, for drills: it dials 112, hears, presses keys and hangs up. */

import "./desk.css";

import JsSIP from "jssip";

import { button, element, put, show, speakAgain } from "./element.js";
import { eachSecond } from "./frame.js";
import { placeVoices, announce } from "./live.js";
import { free, media } from "./media.js";
import { act, read, setToken } from "./server.js";
import { applyTheme } from "./theme.js";
import { lasted, now, setClock } from "./time.js";
import { inLanguage, said, say, setLanguage } from "./words.js";

const KEYS = "123456789*0#";

class Telephone {
  #agent = null;
  #session = null;
  #sound = new Audio();
  #state = "off";
  #since = 0;
  #drill = element("p", { class: "drill", say: "phone.drill" });
  #line = element("p", { class: "line", role: "status" });
  #number = element("input", { id: "number", value: "112", inputmode: "tel", maxlength: 20, autocomplete: "off" });
  #dial = button("phone.dial", () => this.#call(), { kind: "answer" });
  #end = button("phone.hang_up", () => this.#session?.terminate(), { kind: "danger" });
  #pressed = element("output", { class: "pressed" });
  #language = element("button", { type: "button", class: "button quiet", on: { click: () => this.#speak() } });

  async start() {
    const me = await read("/api/phone");
    setToken(me.csrf);
    setClock(me.timezone, me.now);
    document.documentElement.lang = setLanguage(me.language);
    document.title = say("phone.title");
    document.getElementById("starting").remove();
    const keys = [...KEYS].map((key) => button("", () => this.#press(key), { kind: "key" }));
    keys.forEach((each, at) => put(each, KEYS[at]));
    document.body.append(
      element(
        "main",
        { class: "telephone" },
        this.#drill,
        element("h1", { say: "phone.title" }),
        this.#line,
        element("label", { htmlFor: "number", say: "phone.number" }),
        this.#number,
        this.#dial,
        this.#end,
        element("div", { class: "keypad" }, this.#pressed, ...keys),
        this.#language,
      ),
    );
    speakAgain(); // what the fields hold was made before the language was known
    placeVoices(document.body);
    this.#sound.autoplay = true;
    this.#register(me.sip);
    eachSecond(() => this.#draw());
  }

  #register(sip) {
    this.#agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(sip.ws)],
      uri: sip.uri,
      authorization_user: sip.user,
      password: sip.password,
      register: false,
      session_timers: false,
      user_agent: "gateway112 drill",
    });
    this.#agent.on("connected", () => this.#become("ready"));
    this.#agent.on("disconnected", () => this.#become("off"));
    this.#agent.start();
  }

  async #call() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) {
      announce(said("microphone", "denied"), { bad: true });
      return;
    }
    put(this.#pressed, "");
    const eventHandlers = {
      ...media(this.#sound),
      progress: () => this.#become("ringing"),
      confirmed: () => this.#become("talking"),
    };
    const options = { mediaStream: stream, pcConfig: { iceServers: [] }, eventHandlers };
    this.#session = this.#agent.call(this.#number.value.trim(), options);
    const over = ({ cause }) => {
      free(stream);
      this.#session = null;
      this.#become("ready");
      announce(say("phone.over", { cause }));
    };
    this.#session.on("ended", over);
    this.#session.on("failed", over);
    this.#become("dialling");
  }

  #press(key) {
    if (!this.#session) {
      this.#number.value += key;
      return;
    }
    // Not in the sound: while its path still settles (ICE), Asterisk drops what comes from an address it does not know.
    this.#session.sendDTMF(key, { transportType: "INFO" });
    this.#pressed.textContent += key;
  }

  #become(state) {
    this.#state = state;
    this.#since = now();
    this.#draw();
  }

  #draw() {
    const calls = Boolean(this.#session);
    put(this.#line, `${say(`phone.${this.#state}`)}${calls ? ` ${lasted(now() - this.#since)}` : ""}`);
    show(this.#dial, !calls);
    show(this.#end, calls);
    this.#dial.disabled = this.#state === "off";
    put(this.#language, inLanguage() === "id" ? "English" : "Indonesia");
  }

  #speak() {
    const language = inLanguage() === "id" ? "en" : "id";
    document.documentElement.lang = setLanguage(language);
    document.title = say("phone.title");
    speakAgain();
    this.#draw();
    act("/api/language", { language }).catch(() => {});
  }
}

applyTheme();
new Telephone().start().catch((fault) => {
  document.getElementById("starting").textContent = fault.sentence ?? String(fault);
});
