/** The acts on one person: show only the buttons that the viewer may use now. */
import { isAccount } from "../../lib/person-keys.js";

/** @typedef {import("../room.js").Room} Room */

const COHOSTS = 2; // the maximum number of co-hosts

/** @param {Element} place contains the buttons @param {Room} room @param {string} key of the person */
export function paintPersonActs(place, room, key) {
  const shown = actsOn(room, key);
  for (const button of place.querySelectorAll("[data-act]")) {
    const act = button.getAttribute("data-act") ?? "";
    if (button instanceof HTMLElement && act in shown) button.hidden = !shown[act];
  }
}

/** @param {Room} room @param {string} key @returns {Record<string, boolean>} by act, whether it is available now */
function actsOn(room, key) {
  const seat = room.seat(key);
  const role = room.role(key);
  const offer = room.invitation(key)?.role;
  const asks = room.asks(key);
  const other = key !== room.me;
  const guest = role === "speaker" || role === "cohost";
  const cohosts = room.state.stage.filter((each) => each.role === "cohost").length;
  const promotable = (role === "speaker" || role === "listener") && offer !== "cohost" && cohosts < COHOSTS;
  return {
    mute: other && room.may("mute_others") && seat?.muted === false,
    "lower-hand": room.may("mute_others") && seat?.hand === true,
    "accept-request": room.may("answer_requests") && asks,
    "decline-request": room.may("answer_requests") && asks,
    invite: other && room.may("invite") && role === "listener" && !offer && !asks,
    "invite-cohost": other && room.may("invite") && promotable,
    uninvite: room.may("invite") && Boolean(offer),
    move: other && guest && room.may("move_to_listeners"),
    remove: other && role !== "host" && room.may("remove"),
    "step-down": !other && room.may("step_down"),
    block: other && isAccount(room.me) && isAccount(key) && !room.blocks(key),
    unblock: other && room.blocks(key),
  };
}
