/**
 * The dock shows the current Space while the page shows something else. It is outside #page, so it remains when the
 * page changes.
 */
import { describeCaption, hideDockCaptions, renderDockCaptions } from "./room/captions/dock-captions.js";
import { setUserText } from "./room/chat/links.js";
import { describeToast } from "./room/notices/event-toasts.js";
import { live } from "./room/live.js";
import { levelOf, mayPulse } from "./room/sound/level.js";
import { dialog, maybePart, part, setData, setText } from "./lib/parts.js";
import { renderFace } from "./room/people/person.js";
import { recallStay, returnTo, soundMayStart } from "./room/stay.js";
import { isSoundInAnotherTab } from "./room/tabs.js";

/** @typedef {import("./room/visit.js").Visit} Visit */

const END_SHOWN = 8_000; // ms for which the dock shows why the Space is over
const LEVELS_EVERY = 50; // ms
const numbers = new Intl.NumberFormat();
/** @type {Record<string, string>} the status by notice; shown instead of who is speaking */
const STATUS_BY_NOTICE = {
  reconnecting: "Reconnecting…",
  unreached: "Spaces can’t be reached",
  offline: "You are offline",
  full: "Too many people are connected",
  connecting: "Connecting…",
  moved: "The sound moved",
  autoplay: "Tap to hear it",
  paused: "The sound is paused",
  "microphone-asking": "Your browser asks for the microphone",
  "microphone-replacing": "Your microphone was disconnected",
  "microphone-muted": "Your system muted your microphone",
  "audio-failed": "The sound does not come through",
  "sound-full": "This Space is full right now",
  "sound-away": "The sound can’t be reached",
  "blocked-speaking": "Somebody you blocked is speaking",
  "blocked-on-stage": "Somebody you blocked is on the stage",
  "host-away": "The host lost the connection",
  "muted-by-host": "You were muted by a host",
  "muted-talking": "You are muted, but talking",
  "network-blocked": "Your network blocks the sound",
  "trying-live": "Connecting to live sound…",
};
const WAITS_FOR_TAP = ["moved", "autoplay", "paused"];

const dock = maybePart(document, "dock");
/** @type {WeakSet<Visit>} */
const subscribed = new WeakSet();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let endTimer;
let docked = false; // whether the dock showed a visit when it was last rendered
/** The visit whose leave dialog opens as soon as its page is shown. @type {Visit | null} */
let visitToLeave = null;

/** @type {Record<string, () => unknown>} */
const buttonHandlers = {
  "dock-microphone": () => live.visit?.session.voice.toggle(),
  "dock-listen": () => live.visit?.session.retry(),
  "dock-captions": () => live.visit?.session.captionsSwitch.turn(!live.visit.session.captionsSwitch.on),
  "dock-leave": () => leave(),
  "dock-return": () => returnTo(),
};

if (dock) start(dock);

/** @param {HTMLElement} dock */
function start(dock) {
  live.subscribe(({ visit, phase, message, out }) => {
    if (!subscribed.has(visit)) {
      subscribed.add(visit);
      visit.room.renderWith(() => render(dock));
      visit.onRender = () => render(dock);
      visit.room.onEvent((event, before) => {
        if (docked && event.t === "invited" && event.person.id === visit.room.me) visit.announce(describeInvitation(visit.room));
        const text = docked && describeToast(event, before, visit.room.me);
        if (text) visit.notices.toast(text);
        const caption = docked && describeCaption(visit, event);
        if (caption) visit.announce(caption);
        if (docked && event.t === "captions_deleted") visit.announce(""); // the announcement may repeat a deleted line
      });
    }
    const reason = phase === "ended" ? "This Space has ended" : phase === "refused" ? message : "";
    if (out && reason && docked) showEnd(dock, visit, reason);
    else render(dock);
    if (visitToLeave === visit && visit.root.isConnected) queueMicrotask(() => askToLeave(visit));
  });
  live.askToSwitch = (from, to) => askToSwitch(from, to);
  dock.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (button instanceof HTMLElement) buttonHandlers[button.dataset.act ?? ""]?.();
  });
  setInterval(() => renderLevel(dock), LEVELS_EVERY);
  window.addEventListener("pageshow", (event) => event.persisted && void resume(dock));
  void resume(dock);
}

/** @param {HTMLElement} dock */
async function resume(dock) {
  if (!recallStay() || live.visit) return;
  const [maySound, isElsewhere] = await Promise.all([soundMayStart(), isSoundInAnotherTab()]);
  if (maySound && !isElsewhere) await returnTo();
  else render(dock);
}

/** People on the stage confirm first, on the page of the room, where a host can choose a successor. */
function leave() {
  const { visit } = live;
  if (!visit?.room.may("speak")) return live.leave();
  visitToLeave = visit;
  part(document, "dock-open").click();
}

/** @param {Visit} visit */
function askToLeave(visit) {
  visitToLeave = null;
  const button = part(visit.root, "room").querySelector("[data-act=leave]");
  if (button instanceof HTMLElement) button.click();
}

/** @param {HTMLElement} dock */
function render(dock) {
  const visit = live.visit?.docked ? live.visit : null;
  const stay = live.visit || live.shown ? null : recallStay();
  docked = visit !== null;
  if (visit) {
    clearTimeout(endTimer);
    endTimer = undefined;
    renderVisit(dock, visit);
  } else if (endTimer === undefined) {
    dock.hidden = !stay;
    if (stay) renderStay(dock, stay);
  }
}

/** @param {HTMLElement} dock @param {Visit} visit */
function renderVisit(dock, visit) {
  const { room, session, notices } = visit;
  const { space, audience } = room.state;
  const talking = (room.state.talking ?? []).find((key) => room.seat(key));
  const person = room.person(talking ?? space.host);
  const speaks = room.may("speak");
  dock.hidden = false;
  renderLink(dock, visit.path);
  setData(dock, "state", WAITS_FOR_TAP.includes(notices.shown) ? "away" : "inside");
  setData(dock, "role", room.role());
  setData(dock, "microphone", visit.root.dataset.microphone ?? "muted");
  setData(part(dock, "dock-avatar"), "talking", Boolean(talking));
  if (person) renderFace(part(dock, "dock-avatar"), person);
  setUserText(dock, "dock-title", space.title);
  setText(dock, "dock-status", STATUS_BY_NOTICE[notices.shown] ?? describe(visit, talking));
  setText(dock, "dock-count", numbers.format(audience.count));
  const microphone = part(dock, "dock-microphone");
  microphone.hidden = !speaks || session.call.away;
  microphone.setAttribute("aria-pressed", String(session.voice.muted));
  microphone.setAttribute("aria-label", session.voice.muted ? "Unmute your microphone" : "Mute your microphone");
  renderDockCaptions(dock, visit);
}

/** @param {Visit} visit @param {string | undefined} talking */
function describe({ room, session }, talking) {
  if (room.invitation()) return describeInvitation(room);
  if (talking) return talking === room.me ? "You are speaking" : `${room.person(talking)?.name} is speaking`;
  return room.may("speak") && session.voice.muted ? "You are muted" : "Listening";
}

/** @param {Visit["room"]} room @returns {string} the text of the invitation, which is shown instead of who is speaking */
function describeInvitation(room) {
  const invitation = room.invitation();
  const name = room.person(invitation?.by ?? "")?.name ?? "The host";
  if (invitation?.accepts_request) return `${name} accepted your request`;
  return `${name} invites you ${invitation?.role === "cohost" ? "to be co-host" : "to speak"}`;
}

/** Offer to return, after a reload that stopped the sound. @param {HTMLElement} dock @param {{path: string, title: string}} stay */
function renderStay(dock, stay) {
  setData(dock, "state", "return");
  renderLink(dock, stay.path);
  setUserText(dock, "dock-title", stay.title);
  setText(dock, "dock-status", "You were in this Space");
  part(dock, "dock-microphone").hidden = true;
  hideDockCaptions(dock);
}

/** Show why the Space is over, then hide the dock. @param {HTMLElement} dock @param {Visit} visit @param {string} reason */
function showEnd(dock, visit, reason) {
  docked = false;
  setData(dock, "state", "over");
  setData(part(dock, "dock-avatar"), "talking", false);
  setText(dock, "dock-status", reason);
  setText(document, "dock-announcement", `${visit.room.state.space.title}: ${reason}`);
  part(dock, "dock-microphone").hidden = true;
  hideDockCaptions(dock);
  endTimer = setTimeout(() => {
    endTimer = undefined;
    render(dock);
  }, END_SHOWN);
}

/** htmx reads a link's URL only when it processes the link, so process the link again. @param {HTMLElement} dock @param {string} path */
function renderLink(dock, path) {
  const link = part(dock, "dock-open");
  if (link.getAttribute("href") === path) return;
  link.setAttribute("href", path);
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
}

/** @param {HTMLElement} dock */
function renderLevel(dock) {
  if (dock.hidden || !mayPulse() || !live.visit) return;
  const { session, room } = live.visit;
  const isMe = room.state.talking?.[0] === room.me;
  const level = isMe && session.microphone.analyser ? levelOf(session.microphone.analyser) : session.sound.level();
  part(dock, "dock-avatar").style.setProperty("--level", level.toFixed(2));
}

/** @param {Visit} from @param {Visit} to @returns {Promise<boolean>} */
function askToSwitch(from, to) {
  const sheet = dialog(document, "dock-switch");
  setUserText(sheet, "switch-from", from.room.state.space.title);
  setUserText(sheet, "switch-to", to.room.state.space.title);
  sheet.returnValue = "";
  sheet.showModal();
  return new Promise((resolve) => {
    sheet.addEventListener("close", () => resolve(sheet.returnValue === "switch"), { once: true });
  });
}
