/** The click handlers of the buttons for requests, moderation and leaving, by `data-act`. */
import { watchAbsences } from "./absences.js";
import { Asking } from "./asking.js";
import { watchChatMode } from "../chat/chat-mode.js";
import { watchHost } from "./host-away.js";
import { Leaving } from "./leaving.js";
import { Guests, offerToCloseToGuests } from "../people/guests.js";
import { openLog } from "../sheets/log-sheet.js";
import { watchMusicMode } from "./music-mode.js";
import { watchModeration } from "./moderation.js";
import { Pins } from "./pins.js";
import { Queue } from "./queue.js";
import { RemoveDialog } from "../people/remove-dialog.js";

/**
 * @param {import("../button-handlers.js").RoomContext} context @param {AbortSignal} signal
 * @returns {Record<string, import("../button-handlers.js").ButtonHandler>}
 */
export function stageButtonHandlers(context, signal) {
  const { root, room, session, commands, notices } = context;
  const showError = (/** @type {unknown} */ error) => notices.showError(error);
  const asking = new Asking(root, room, { ask: (reason) => commands.post("request/", [["reason", reason]]), signal });
  const removeDialog = new RemoveDialog(root, room, {
    remove: (key, reason) => commands.post(`people/${key}/remove/`, [["reason", reason]]),
    fetchRemoved: () => commands.get("removed/"),
    onRemoved: (person) => offerToCloseToGuests(room, person, { notices, commands }),
    signal,
  });
  const guests = new Guests(root, room, () => commands.get("guests/"));
  const pins = new Pins(root, room, { pin: (link) => commands.post("pins/", [["link", link]]), signal });
  const leaving = new Leaving(root, room, () => {
    root.dataset.going = ""; // do not show the preview while the home page loads
    session.leaveForGood();
    context.goHome();
  });
  new Queue(root, room, { fetchReasons: () => commands.get("requests/"), signal });
  watchModeration(root, room, notices);
  watchMusicMode(root, room, notices);
  watchHost(root, room, { notices, signal });
  watchAbsences(room, signal);
  watchChatMode(root, room, { set: (fields) => commands.post("chat/mode/", fields), showError, signal });

  const key = (/** @type {HTMLElement} */ button) =>
    button.closest("[data-person]")?.getAttribute("data-person") || context.personSheet.key;
  const about = (/** @type {string} */ act, /** @type {[string, string][]} */ fields = []) =>
    (/** @type {HTMLElement} */ button) => commands.post(`people/${key(button)}/${act}/`, fields);
  return {
    ask: () => asking.open(),
    "cancel-request": (button) => commands.post("request/cancel/").then(() => button.closest("dialog")?.close()),
    "accept-request": about("accept"),
    "decline-request": about("decline"),
    "invite-cohost": about("invite", [["role", "cohost"]]),
    mute: about("mute"),
    "lower-hand": about("lower-hand"),
    "move-to-listeners": about("move-to-listeners"),
    readmit: about("readmit"),
    remove: (button) => {
      const person = room.person(key(button));
      if (person) removeDialog.open(person);
    },
    "remove-guest": (button) => {
      const guest = guests.person(key(button));
      if (guest) removeDialog.open(guest);
    },
    pin: () => pins.open(),
    unpin: (button) => commands.post(`pins/${button.closest("[data-pin]")?.getAttribute("data-pin")}/unpin/`),
    people: () => {
      context.peopleSheet.open();
      return Promise.all([removeDialog.refresh(), guests.refresh()]);
    },
    log: () => openLog(root, () => commands.get("log/")),
    hand: () => commands.post("hand/", [["raised", String(!room.seat(room.me)?.hand)]]),
    "mute-all": () => commands.post("mute-all/"),
    lock: async (box) => {
      const { microphones_locked: locked } = room.state.space;
      try {
        await commands.post("lock/", [["locked", String(!locked)]]);
      } catch (error) {
        /** @type {HTMLInputElement} */ (box).checked = locked;
        throw error;
      }
    },
    "music-mode": async (box) => {
      const { music_mode: on } = room.state.space;
      try {
        await commands.post("music-mode/", [["on", String(!on)]]);
      } catch (error) {
        /** @type {HTMLInputElement} */ (box).checked = on;
        throw error;
      }
    },
    leave: (button) => leaving.leave(button),
    "hand-over": (button) => leaving.handOver(button, (successor) => commands.post(`people/${successor}/hand-over/`)),
  };
}
