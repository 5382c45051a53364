/** Others in the call: asking an agency to join, or to take it over; and what became of that. */

import { ask } from "./dialog.js";
import { announce } from "./live.js";
import { onCall, read } from "./server.js";
import { say } from "./words.js";

/** The others of a call; who declined is shown as well, so that nobody waits for them. */
export function peersOf(call) {
  return (call?.peers ?? []).filter((peer) => peer.state !== "left");
}

/** All agencies but the desk's own. */
export function others(me) {
  const all = me?.directory ?? me?.agencies ?? [];
  return all.filter((agency) => agency.id !== me.agency);
}

/** "113 Damkar"; of one whose id is its name: "PPA". */
export function agencyName({ id, short = "" }) {
  return short.toLowerCase() === id.toLowerCase() ? short : `${id} ${short}`.trim();
}

/** A question after which others learn of a case, with what its caller said of that. */
export function notToBeShared(whole, asked) {
  if (whole?.care?.share !== "no") return asked;
  return { ...asked, danger: true, text: [say("care.not_to_be_shared"), ...asked.text] };
}

/** Who is on duty where changes by the minute. */
async function directory(known) {
  try {
    const { directory: agencies } = await read("/api/me");
    known.me = { ...known.me, directory: agencies };
  } catch {
    // What was known at the beginning has to do.
  }
}

export async function invite(known, incident) {
  await directory(known);
  const choices = others(known.me).map((agency) => ({
    value: agency.id,
    label: agencyName(agency),
    hint: agency.on_duty === undefined || agency.on_duty === null ? "" : say("call.on_duty", { count: agency.on_duty }),
  }));
  const ways = ["transfer", "conference"].map((way) => ({
    value: way,
    label: say(`call.${way}`),
    hint: say(`call.${way}_hint`),
  }));
  const fields = [
    { name: "agency", label: "call.agency", kind: "choice", choices, required: true },
    { name: "way", label: "call.way", kind: "choice", choices: ways },
  ];
  const asked = { title: "call.invite", text: [say("call.invite_text")], fields, yes: "call.invite_yes" };
  const answer = await ask(notToBeShared(known.cases.get(incident), asked));
  if (!answer) return;
  try {
    await onCall(incident, "invite", { agency: answer.agency, transfer: answer.way === "transfer" });
    announce(say("call.invited", { agency: answer.agency }));
  } catch (fault) {
    announce(fault.sentence, { bad: true });
  }
}

export async function takeBack(incident, peer) {
  try {
    await onCall(incident, "cancel", { agency: peer.agency });
  } catch (fault) {
    announce(fault.sentence, { bad: true });
  }
}
