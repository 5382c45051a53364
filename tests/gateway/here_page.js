// Performs the script of a page on a telephone that is made up: node here_page.js PAGE PLAN, a JSON of what happens.
"use strict";
const fs = require("fs"), vm = require("vm");

const script = fs.readFileSync(process.argv[2], "utf8").match(/<script>([\s\S]*?)<\/script>/)[1];
const plan = JSON.parse(process.argv[3]);
const done = { told: [], posts: [], address: "/h/TOKEN", watching: 0 };
const handlers = {}, watchers = {}, timers = [];
let now = 0, watches = 0;

class Element {
  addEventListener(name, act) { handlers[name] = act; }
  replaceChildren(...parts) { done.told.push(parts.map(part => part.textContent || part).join("|")); }
}
const elements = { share: new Element(), told: new Element() };
const telephone = {
  document: { getElementById: name => elements[name], createElement: () => new Element() },
  location: { pathname: "/h/TOKEN" },
  history: { replaceState: (state, title, address) => { done.address = address; } },
  crypto: { getRandomValues: bytes => bytes.map((_, at) => at) },
  Date: { now: () => now },
  setTimeout: (act, after) => { timers.push([now + after, act]); },
  navigator: { geolocation: {
    watchPosition: (found, failed) => { watchers[++watches] = { found, failed }; return watches; },
    clearWatch: watch => { delete watchers[watch]; },
  } },
  fetch: async (address, request) => {
    done.posts.push([address, JSON.parse(request.body)]);
    const status = plan.statuses.shift();
    if (!status) throw new Error("no network");
    return { status };
  },
};

const turn = async () => { for (let at = 0; at < 5; at++) await new Promise(go => setImmediate(go)); };

async function pass(milliseconds) {
  const end = now + milliseconds;
  for (;;) {
    timers.sort((one, other) => one[0] - other[0]);
    if (!timers.length || timers[0][0] > end) break;
    const [at, act] = timers.shift();
    now = at;
    act();
    await turn();
  }
  now = end;
}

(async () => {
  vm.runInNewContext(script, telephone);
  for (const [what, value] of plan.steps) {
    if (what === "tap") handlers.click();
    if (what === "wait") await pass(value);
    for (const watch of Object.values(watchers)) {
      if (what === "fix") watch.found({ coords: { latitude: -6.2, longitude: 106.8, accuracy: value }, timestamp: 5 });
      if (what === "fault") watch.failed({ code: value });
    }
    await turn();
  }
  console.log(JSON.stringify({ ...done, watching: Object.keys(watchers).length, shut: Boolean(elements.share.disabled) }));
})();
