/** The others in a call: who is rung, who joined, who did not and why. */

import { takeBack } from "./conference.js";
import { button, element } from "./element.js";
import { inLanguage, said, say } from "./words.js";

/** Until they have answered, they can be rung no more. */
const RUNG = ["invited", "ringing"];

export class Peers {
  #drawn = "";
  node = element("ul", { class: "peers", hint: "call.others" });

  draw(incident, peers) {
    const state = JSON.stringify([incident, peers, inLanguage()]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.node.replaceChildren(...peers.map((peer) => line(incident, peer)));
  }
}

function line(incident, peer) {
  const why = peer.why ? ` (${said("why", peer.why)})` : "";
  const who = peer.desk || peer.agency;
  const cancel = button("call.take_back", () => takeBack(incident, peer), { kind: "small" });
  cancel.setAttribute("aria-label", `${say("call.take_back")}: ${who}`);
  return element(
    "li",
    { data: { state: peer.state } },
    element("span", { text: `${who}: ${said("peer", peer.state)}${why}` }),
    RUNG.includes(peer.state) ? cancel : null,
  );
}
