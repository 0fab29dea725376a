/** The click handler of each button in the room, by `data-act`. */
import { blockingOf } from "./people/blocked.js";
import { enterAsGuest } from "./people/guests.js";
import { copyLink, openShare, shareElsewhere } from "./sheets/share.js";
import { dialog } from "../lib/parts.js";

/**
 * @typedef {{root: HTMLElement, room: import("./room.js").Room, session: import("./session.js").Session,
 *   commands: import("./commands.js").Commands, notices: import("./notices/notices.js").Notices,
 *   chat: import("./chat/chat.js").Chat, personSheet: import("./people/person-sheet.js").PersonSheet,
 *   peopleSheet: import("./people/people-sheet.js").PeopleSheet, editSheet: import("./sheets/edit-sheet.js").EditSheet,
 *   blocked: import("./people/blocked.js").BlockedWatch, site: import("./commands.js").Commands,
 *   audioSheet: import("./sound/audio-sheet.js").AudioSheet, invitation: {open: () => void},
 *   enter: () => Promise<void>, goHome: () => void}} RoomContext
 * @typedef {(button: HTMLElement) => unknown} ButtonHandler may throw or reject with an error to show to the person
 */

/** @param {RoomContext} context @returns {Record<string, ButtonHandler>} */
export function buttonHandlers(context) {
  const { root, room, session, commands, notices } = context;
  const toast = (/** @type {string} */ text) => notices.toast(text);
  const key = (/** @type {HTMLElement} */ button) => personKeyOf(button) || context.personSheet.key;
  const blocking = blockingOf(root, room, {
    post: (path) => context.site.post(path),
    watch: context.blocked,
    toast,
    personOf: () => context.personSheet.person,
  });
  const close = (/** @type {HTMLElement} */ button) => button.closest("dialog")?.close();
  return {
    listen: () => (context.blocked.stayAnyway(), room.me ? context.enter() : enterAsGuest(context)),
    share: () => openShare(root),
    "share-elsewhere": (button) => (close(button), shareElsewhere(room.state.space.title, toast)),
    "copy-link": (button) => (close(button), copyLink(toast)),
    microphone: () => session.voice.toggle(),
    chat: () => context.chat.toggle(),
    newest: () => context.chat.scrollDown(),
    "more-listeners": () => context.peopleSheet.showMore(),
    person: (button) => {
      const person = room.person(personKeyOf(button));
      if (person) context.personSheet.open(person);
    },
    "audio-settings": () => context.audioSheet.open(),
    edit: () => context.editSheet.open(),
    end: () => dialog(root, "confirm-end").showModal(),
    "confirm-end": (button) => commands.post("end/").then(() => close(button)),
    invite: (button) => commands.post(`people/${key(button)}/invite/`),
    uninvite: (button) => commands.post(`people/${key(button)}/uninvite/`),
    "step-down": (button) => (close(button), session.stepDown()),
    "open-invitation": () => context.invitation.open(),
    accept: (button) => commands.post("invitation/accept/").then(() => close(button)),
    decline: (button) => (close(button), commands.post("invitation/decline/")),
    react: (button) => session.socket.send({ t: "react", emoji: button.dataset.emoji }),
    "delete-message": (button) => commands.post(`chat/${messageIdOf(button)}/delete/`),
    dismiss: () => notices.dismiss(),
    "stay-anyway": () => context.blocked.stayAnyway(),
    block: () => blocking.ask(),
    "confirm-block": () => blocking.block(),
    unblock: () => blocking.unblock(),
    "retry-listen": () => session.retry(),
    "retry-connection": () => session.socket.checkNow(),
    "retry-microphone": () => session.call.retryMicrophone(),
    "restart-microphone": () => session.restartMicrophone(),
    "unlock-audio": () => session.sound.unlock(),
    reload: () => location.reload(),
  };
}

/**
 * Handle clicks on all buttons inside `root` until `signal` aborts.
 * @param {HTMLElement} root @param {Record<string, ButtonHandler>} handlers
 * @param {{showError: (error: unknown) => void, signal: AbortSignal}} options
 */
export function listenForButtons(root, handlers, { showError, signal }) {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (!(button instanceof HTMLElement)) return;
    try {
      await handlers[button.dataset.act ?? ""]?.(button);
    } catch (error) {
      if (!signal.aborted) showError(error); // a page change aborts requests, which is not an error
    }
  }, { signal });
}

/** @param {HTMLElement} button */
function personKeyOf(button) {
  return button.closest("[data-person]")?.getAttribute("data-person") ?? "";
}

/** @param {HTMLElement} button */
function messageIdOf(button) {
  return button.closest("[data-message]")?.getAttribute("data-message") ?? "";
}
