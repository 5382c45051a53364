/** Drawing once a frame, however many events came since; and the second's tick. */

const waiting = new Set();
let asked = false;

/** Call `draw` in the next frame, once. */
export function inFrame(draw) {
  waiting.add(draw);
  if (asked) return;
  asked = true;
  // A hidden page gets no frames: there the drawing may come late, but must not pile up.
  if (document.hidden) setTimeout(perform, 250);
  else requestAnimationFrame(perform);
}

function perform() {
  asked = false;
  const draws = [...waiting];
  waiting.clear();
  for (const draw of draws) {
    try {
      draw();
    } catch (fault) {
      // One part that cannot be drawn leaves the others, above all the call, as they are.
      console.error(fault);
    }
  }
}

/** Call `act` now and every second. */
export function eachSecond(act) {
  act();
  return setInterval(act, 1000);
}
