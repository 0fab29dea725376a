/** Whose voice is captioned, and by what: the chip, the viewer's own switch, and a host's request to turn it on. */
import { preference, setPreference } from "../../lib/preferences.js";
import { maybePart, part, setText } from "../../lib/parts.js";

/** @typedef {import("../room.js").Room} Room */

const ANSWERED = "captions.answered"; // the time of the last request that this person answered
const NOTES = {
  server: "On this server. Everyone sees that it’s on. You can turn it off at any time",
  device: "On this device: your voice isn’t sent anywhere for it. You can turn it off at any time",
  "": "Only captioners can write what you say, since this browser doesn’t recognize speech",
};
/** What hosts read when the recognizer's state changes. @type {Record<string, string>} */
const STATES = {
  ok: "Captions are on time again",
  behind: "Captions are late, and parts may be missing: the server is busy",
  starting: "Captions are interrupted: the recognizer starts again",
  down: "Captions stopped: the recognizer on the server doesn’t work. Captioners can write them",
};
/** What readers see instead of where the captions come from. @type {Record<string, string>} */
const TROUBLES = {
  behind: "Late: the server is busy",
  starting: "Starting",
  down: "Not working at the moment",
};
const OFF_NOTE = "Everyone sees that it’s on. You can turn it off at any time";

/**
 * @param {HTMLElement} root @param {Room} room @param {import("../notices/notices.js").Notices} notices
 */
export function watchVoices(root, room, notices) {
  let asked = "";
  const describe = recognitionNews();
  room.onEvent((event) => {
    const news = event.t === "recognition" ? describe(event.state) : "";
    if (news && room.may("manage_captions")) notices.toast(news);
  });
  room.renderWith(() => {
    const text = describeOrigin(room);
    const readOnly = maybePart(root, "read-captions");
    if (readOnly) readOnly.hidden = room.may("speak");
    part(root, "captions-chip").hidden = !text;
    setText(root, "captions-chip-text", text);
    setText(root, "captions-origin", troubleOf(room) || text);
    const own = room.state.captions.voices.find((voice) => voice.who === room.me);
    /** @type {HTMLInputElement} */ (part(root, "caption-my-voice")).checked = own !== undefined;
    setText(root, "my-voice-note", own ? NOTES[/** @type {keyof typeof NOTES} */ (own.where)] ?? OFF_NOTE : OFF_NOTE);
    const request = openRequest(room);
    if (request === asked) return;
    asked = request;
    notices.set("captions", request && "captions-requested", { "captions-asker": nameOf(room, room.state.captions.requested?.by ?? "") });
  });
}

/** @returns {(state: string) => string} a function that returns what a host should know about a new state, or "" */
export function recognitionNews() {
  let hasRun = false;
  let troubled = "";
  return (state) => {
    const isTrouble = state === "behind" || state === "down" || (state === "starting" && hasRun); // the first start is no trouble
    const isNews = isTrouble ? state !== troubled : state === "ok" && troubled !== "";
    hasRun ||= state === "ok";
    troubled = isTrouble ? state : "";
    return isNews ? (STATES[state] ?? "") : "";
  };
}

/** Note that the viewer answered the request. @param {Room} room */
export function answerRequest(room) {
  setPreference(ANSWERED, room.state.captions.requested?.at ?? "");
  room.changed();
}

/** @param {Room} room @returns {string} the time of the request that the viewer has not answered, or "" */
function openRequest(room) {
  const { requested } = room.state.captions;
  if (!requested || requested.by === room.me || !room.may("speak") || room.isCaptioned(room.me)) return "";
  return requested.at > preference(ANSWERED) ? requested.at : "";
}

/** @param {Room} room @returns {string} "on this server, on Ana's device, by Cleo"; "" if no voice on the stage is captioned */
function describeOrigin(room) {
  const voices = room.state.captions.voices.filter((voice) => room.seat(voice.who));
  if (!voices.length) return "";
  const devices = voices.filter((voice) => voice.where === "device");
  const { captioners } = room.state.captions;
  const origins = [
    voices.some((voice) => voice.where === "server") && "on this server",
    devices.length === 1 && `on ${isolated(nameOf(room, devices[0].who))}’s device`,
    devices.length > 1 && `on ${devices.length} devices`,
    captioners.length === 1 && `by ${isolated(captioners[0].name)}`,
    captioners.length > 1 && `by ${captioners.length} captioners`,
  ];
  return origins.filter(Boolean).join(", ");
}

/** @param {Room} room @returns {string} what readers should know about the recognizer on the server, or "" */
function troubleOf(room) {
  const isUsed = room.state.captions.voices.some((voice) => voice.where === "server" && room.seat(voice.who));
  return isUsed ? (TROUBLES[room.state.recognition ?? ""] ?? "") : "";
}

/** @param {Room} room @param {string} key */
function nameOf(room, key) {
  return room.seat(key)?.person.name ?? "A host";
}

/** A name in text of another direction (UAX #9). @param {string} name */
function isolated(name) {
  return `\u2068${name}\u2069`;
}
