/** What stands on top of a case, the worst first. Words and a mark tell it; the colour only helps. */

import { element } from "./element.js";
import { said, say } from "./words.js";

const GRAVE = new Set([
  "takeover", "life_threat", "lost", "silent", "muted_opt_out", "muted_takeover", "muted_not_safe",
]);

export class Warnings {
  #drawn = "";
  node = element("ul", { class: "warnings", hint: "case.warnings" });

  draw(whole, isMine) {
    const lines = linesOf(whole, isMine);
    const state = JSON.stringify(lines);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.node.hidden = !lines.length;
    this.node.replaceChildren(
      ...lines.map(({ words, grave }) =>
        element(
          "li",
          { class: grave ? "grave" : "" },
          element("span", { class: "mark", "aria-hidden": "true", text: grave ? "!" : "i" }),
          element("span", { text: words }),
        ),
      ),
    );
  }
}

function linesOf(whole, isMine) {
  // That the caller is on the line with this very desk the call's bar tells.
  const lines = (whole.warnings ?? [])
    .filter((name) => name !== "calling" || !isMine)
    .map((name) => ({ words: wordsOf(name, whole), grave: GRAVE.has(name) }));
  const { care, before, task } = whole;
  if (whole.test) lines.unshift({ words: say("case.drill"), grave: false });
  if (care?.takeover && !whole.warnings?.includes("takeover"))
    lines.unshift({ words: said("warning", "takeover"), grave: true });
  for (const words of whole.proposals ?? []) lines.push({ words, grave: false });
  if (before)
    lines.push({
      words: say("case.before", { nature: said("nature", before.nature) }),
      grave: before.nature === "violence",
    });
  if (task)
    lines.push({
      words: say(`task.${task.outcome ? "done" : task.desk ? "accepted" : "waits"}`, taskOf(task)),
      grave: false,
    });
  if (whole.discreet) lines.push({ words: say("case.no_texts"), grave: false });
  return lines;
}

/** Who telephoned and wrote nothing is no writer. */
function wordsOf(name, { calls, messages }) {
  return name === "silent" && calls?.length && !messages ? say("case.silent_caller") : said("warning", name);
}

function taskOf(task) {
  return { ...task, outcome: said("outcome", task.outcome) };
}
