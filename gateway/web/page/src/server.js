/** Requests to the gateway. */

import { say } from "./words.js";

const TAKES_AT_MOST_MS = 10_000;

/** One tab of one browser: an account is on duty in one of them. */
export const TAB = [...crypto.getRandomValues(new Uint8Array(12))]
  .map((byte) => byte.toString(16).padStart(2, "0"))
  .join("");

let token = "";

/** Of a session that is good: who was out is in again. */
export function setToken(csrf) {
  token = csrf;
  isOut = false;
}

/** What the gateway refused, or could not be asked; `sentence` is for the call taker. */
export class Refused extends Error {
  constructor(status, name, sentence, more = {}) {
    super(sentence);
    this.status = status;
    this.name_ = name;
    this.sentence = sentence;
    this.more = more;
  }

  /** Nothing answered: whether it was done is not known. */
  get isAway() {
    return this.status === 0 || (this.status >= 502 && !this.name_);
  }
}

export function read(path) {
  return request(path, { method: "GET", headers: { "X-Tab": TAB } });
}

export async function act(path, body = {}, { keepalive = false } = {}) {
  const ask = () => {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": token, "X-Tab": TAB };
    return request(path, { method: "POST", headers, body: JSON.stringify(body), keepalive });
  };
  try {
    return await ask();
  } catch (fault) {
    // Somebody signed in in another tab of this browser: then this page has another session, too.
    if (fault.name_ !== "no_token" || !(await whenAnother())) throw fault;
    return ask();
  }
}

/** An act on a case: `onCase(incident, "release", {why})`. */
export function onCase(incident, what, body = {}) {
  return act(`/api/cases/${encodeURIComponent(incident)}/${what}`, body);
}

/** An act on a call: `onCall(incident, "invite", {agency, transfer})`. */
export function onCall(incident, what, body = {}) {
  return act(`/api/calls/${encodeURIComponent(incident)}/${what}`, body);
}

async function request(path, how) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), TAKES_AT_MOST_MS);
  try {
    const answer = await fetch(path, { ...how, signal: stop.signal, credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) loggedOut();
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      const error = body.error ?? {};
      throw new Refused(answer.status, error.name ?? "", error.sentence || say("fault.refused"), error);
    }
    return body;
  } catch (fault) {
    if (fault instanceof Refused) throw fault;
    throw new Refused(0, "away", say("fault.away"));
  } finally {
    clearTimeout(late);
  }
}

let whenLoggedOut = () => {};
let whenAnother = async () => false;
let isOut = false;

/** What is to happen when another session has taken this one's place; whether the page goes on with it. */
export function onAnother(act_) {
  whenAnother = act_;
}

/** What is to happen when the session has ended. */
export function onLoggedOut(act_) {
  whenLoggedOut = act_;
}

function loggedOut() {
  if (!isOut) whenLoggedOut();
  isOut = true;
  throw new Refused(401, "logged_out", say("fault.logged_out"));
}
