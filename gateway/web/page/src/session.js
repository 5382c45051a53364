/**
 * The session's end. It is told before it comes; signing in once more takes a window of its own, and the page goes on. A
 * caller on the line is not lost to it.
 */

import { ask } from "./dialog.js";
import { onAnother, onLoggedOut, read, setToken } from "./server.js";
import { onTick } from "./ticks.js";
import { now } from "./time.js";

const WINDOW = "gateway112-login";
const CHANNEL = "gateway112-session";

const TOLD_BEFORE_S = 900;
const ASKED_EVERY_MS = 60_000;

/** Whether this is the window that was opened to sign in: that is done, and it closes. */
export function wasToSignIn() {
  if (window.name !== WINDOW) return false;
  new BroadcastChannel(CHANNEL).postMessage("in");
  window.close();
  return true;
}

/** Sign in once more; this page learns of it. */
export function signIn() {
  window.open("/login", WINDOW, "popup,width=520,height=680");
}

export class Session {
  #known;
  #softphone;
  #feed;
  #duty;
  #forget;
  #asked = 0;

  /** @param forget what else is shown of cases goes with the session. */
  constructor(known, softphone, feed, duty, forget) {
    this.#forget = forget;
    this.#known = known;
    this.#softphone = softphone;
    this.#feed = feed;
    this.#duty = duty;
  }

  start() {
    onLoggedOut(() => this.#out());
    onAnother(async () => (await this.#isSame()) || (await this.#out()) || false);
    new BroadcastChannel(CHANNEL).addEventListener("message", () => this.#in());
    addEventListener("focus", () => this.#known.session.isOver && this.#in());
    this.#softphone.addEventListener("over", () => this.#known.session.isOver && this.#leave());
    onTick(() => this.#tellEnd());
  }

  async #out() {
    this.#feed.end();
    this.#put({ isOver: true, endsAt: 0 });
    if (!this.#softphone.hasCall()) await this.#leave();
  }

  /** Nobody is known to sit here now. */
  async #leave() {
    this.#softphone.end();
    this.#known.forgetAll();
    this.#forget();
    await ask({ title: "fault.logged_out", yes: "fault.log_in", only: true });
    location.assign("/login");
  }

  async #in() {
    if (!(await this.#isSame().catch(() => false))) return;
    const wasOver = this.#known.session.isOver;
    this.#put({ isOver: false, endsAt: 0 });
    if (!wasOver) return;
    this.#feed.start();
    await this.#duty.back();
  }

  /** Whether whoever signed in is whose page this is; if so it goes on as theirs. */
  async #isSame() {
    const me = await read("/api/me");
    if (me.account !== this.#known.me.account) return false;
    setToken(me.csrf);
    const { csrf, session } = me;
    this.#known.me = { ...this.#known.me, csrf, session };
    this.#known.tell("me");
    return true;
  }

  async #tellEnd() {
    const { me, session } = this.#known;
    const isNear = me.session && me.session.ends_at - now() < TOLD_BEFORE_S;
    if (!isNear || session.isOver || performance.now() - this.#asked < ASKED_EVERY_MS) return;
    this.#asked = performance.now();
    // An end for want of use was put off by all that the page asked since.
    const { ends_at } = (await read("/api/me").catch(() => ({ session: me.session }))).session;
    this.#known.me.session.ends_at = ends_at;
    this.#put({ ...session, endsAt: ends_at - now() < TOLD_BEFORE_S ? ends_at : 0 });
  }

  #put(session) {
    this.#known.session = session;
    this.#known.tell("standing");
  }
}
