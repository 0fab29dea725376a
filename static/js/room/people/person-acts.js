/** The buttons that act on one person: show only those that the viewer may use now. */
import { isAccount } from "../../lib/person-keys.js";

/** @typedef {import("../room.js").Room} Room */

const MAX_COHOSTS = 2;

/** @param {Element} container contains the buttons @param {Room} room @param {string} key of the person */
export function renderPersonActs(container, room, key) {
  const shown = actsOn(room, key);
  for (const button of container.querySelectorAll("[data-act]")) {
    const act = button.getAttribute("data-act") ?? "";
    if (button instanceof HTMLElement && act in shown) button.hidden = !shown[act];
  }
}

/** @param {Room} room @param {string} key @returns {Record<string, boolean>} by act, whether it is available now */
function actsOn(room, key) {
  const seat = room.seat(key);
  const role = room.role(key);
  const offer = room.invitation(key)?.role;
  const hasRequested = room.hasRequested(key);
  const other = key !== room.me;
  const movable = role === "speaker" || role === "cohost";
  const cohosts = room.state.stage.filter((each) => each.role === "cohost").length;
  const promotable = (role === "speaker" || role === "listener") && offer !== "cohost" && cohosts < MAX_COHOSTS;
  const writesCaptions = room.state.captions.captioners.some((each) => each.id === key);
  return {
    mute: other && room.may("mute_others") && seat?.muted === false,
    "lower-hand": room.may("mute_others") && seat?.hand === true,
    "accept-request": room.may("answer_requests") && hasRequested,
    "decline-request": room.may("answer_requests") && hasRequested,
    invite: other && room.may("invite") && role === "listener" && !offer && !hasRequested,
    "invite-cohost": other && room.may("invite") && promotable,
    uninvite: room.may("invite") && Boolean(offer),
    "move-to-listeners": other && movable && room.may("move_to_listeners"),
    remove: other && role !== "host" && room.may("remove"),
    "step-down": !other && room.may("step_down"),
    "let-write-captions": isAccount(key) && room.may("manage_captions") && !writesCaptions,
    "stop-writing-captions": room.may("manage_captions") && writesCaptions,
    block: other && isAccount(room.me) && isAccount(key) && !room.blocks(key),
    unblock: other && room.blocks(key),
  };
}
