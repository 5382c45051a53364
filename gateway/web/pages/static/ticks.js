// A worker's timers are not slowed while nobody sees the page (gateway/web/page/src/ticks.js).
setInterval(() => postMessage(0), 1000);
