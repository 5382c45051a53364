/** A tick each second, also while nobody sees the page: its own timers then come once a minute, a worker's do not. */

const OFTEN_MS = 900;

/** Nothing ran for so long: the machine slept, or the browser put the page aside. */
const SLEPT_MS = 20_000;

const acts = new Set();
const wakes = new Set();
let last = performance.now();
let seen = Date.now();
let begun = false;

/** Call `act` each second from now on. */
export function onTick(act) {
  begin();
  acts.add(act);
}

/** Call `act` after a sleep, with its seconds by the desk's clock. */
export function onWake(act) {
  begin();
  wakes.add(act);
}

function begin() {
  if (begun) return;
  begun = true;
  // Where there is no worker the page's own timer has to do.
  setInterval(tick, 1000);
  try {
    new Worker("/static/ticks.js").addEventListener("message", tick);
  } catch (fault) {
    console.warn(fault);
  }
}

function tick() {
  const at = performance.now();
  if (at - last < OFTEN_MS) return;
  // The one stands still in a sleep, the other is put right now and then: both must have moved, or the sleep was deep.
  const slept = Math.max(Date.now() - seen, at - last);
  last = at;
  seen = Date.now();
  if (slept > SLEPT_MS) call(wakes, slept / 1000);
  call(acts);
}

function call(all, ...given) {
  for (const act of all) {
    try {
      act(...given);
    } catch (fault) {
      console.error(fault);
    }
  }
}
