/** Times as a desk reads them. Seconds since the epoch come in; nothing here reads a clock but `now`. */

import { inLanguage, say } from "./words.js";

let zone = "Asia/Jakarta";
let ahead = 0;
let shown = new Map();

/** The gateway's time zone and clock: a desk's own clock may be wrong, and a wait must not be. */
export function setClock(timezone, serverNow) {
  if (timezone && timezone !== zone) {
    zone = timezone;
    shown = new Map();
  }
  if (serverNow) ahead = serverNow - Date.now() / 1000;
}

export function now() {
  return Date.now() / 1000 + ahead;
}

/** 0:07, 12:30, 1:02:03. */
export function lasted(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** "baru saja", "3 menit lalu"; of what lies in the future "dalam 3 menit". */
export function ago(at, from) {
  const seconds = from - at;
  const [name, size] = unit(Math.abs(seconds));
  if (!name) return say(seconds < 0 ? "time.soon" : "time.just");
  const count = Math.floor(Math.abs(seconds) / size);
  return say(seconds < 0 ? "time.in" : "time.ago", { span: say(`time.${name}`, { count }) });
}

function unit(seconds) {
  if (seconds >= 2 * 86400) return ["days", 86400];
  if (seconds >= 2 * 3600) return ["hours", 3600];
  if (seconds >= 60) return ["minutes", 60];
  if (seconds >= 10) return ["seconds", 1];
  return ["", 1];
}

/** 04:12:09 in the gateway's zone. */
export function timeOfDay(at) {
  return format("time", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }, at);
}

/** What the gateway's zone is called: WIB, in Indonesia in every language. */
export function zoneName(at) {
  const parts = new Intl.DateTimeFormat("id-ID", { timeZone: zone, timeZoneName: "short" }).formatToParts(at * 1000);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** With its date, where that is not today's. */
export function moment(at, from = now()) {
  const day = { day: "numeric", month: "short" };
  return format("day", day, at) === format("day", day, from)
    ? timeOfDay(at)
    : `${format("day", day, at)} ${timeOfDay(at).slice(0, 5)}`;
}

function format(kind, options, at) {
  const name = `${kind} ${inLanguage()}`;
  if (!shown.has(name)) {
    const locale = inLanguage() === "id" ? "id-ID" : "en-GB";
    shown.set(name, new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }));
  }
  return shown
    .get(name)
    .format(at * 1000)
    .replaceAll(".", ":");
}

/** 35 m, 1,2 km. */
export function distance(metres) {
  if (metres === null || metres === undefined) return say("place.radius_unknown");
  if (metres < 1000) return `${Math.round(metres)} m`;
  const figure = metres < 10_000 ? (metres / 1000).toFixed(1) : String(Math.round(metres / 1000));
  return decimals(`${figure} km`);
}

/** Lengths in a text as the page's language writes them: the gateway's own words have 1.2 km. */
export function decimals(text) {
  return inLanguage() === "id" ? text.replace(/(\d)\.(\d+ km\b)/g, "$1,$2") : text;
}

/** A moment without its seconds. */
export function minute(at) {
  return moment(at).replace(/(\d\d:\d\d):\d\d$/, "$1");
}
