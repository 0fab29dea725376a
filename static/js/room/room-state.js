/**
 * The state of a room, and how events change it (docs/protocol.md). This is the only reducer. It is pure and idempotent:
 * an event that is not newer than the state's revision changes nothing.
 *
 * @typedef {{id: string, handle: string, name: string, initials: string, palette: number, avatar: string}} Person
 * @typedef {"host" | "cohost" | "speaker" | "listener" | "guest"} Role
 * @typedef {{person: Person, role: Role, muted: boolean, hand: boolean, away_since: string | null}} Seat
 *   `away_since`: when a speaker or co-host lost the connection; hosts have `host_away_ends_at` instead
 * @typedef {{person: Person, role: Role, by: string, accepts_request: boolean}} Invitation
 * @typedef {{person: Person, at: string, first_time: boolean}} Request
 * @typedef {{slug: string, name: string}} Topic
 * @typedef {{id: number, person: Person, text: string, at: string, deleted: boolean}} Message
 * @typedef {{id: number, person: Person, text: string, picture: string, alt: string, url: string, by: Person}} Pin
 * @typedef {{id: number, person: Person, start: string, end: string, text: string, where: string, by: string, language: string, edited: boolean}} Caption
 * @typedef {{who: string, where: string}} CaptionedVoice `where`: server, device, or "" if only captioners can caption it
 * @typedef {{voices: CaptionedVoice[], language: string, words: string[], captioners: Person[],
 *   requested: {by: string, at: string} | null, lines: Caption[]}} Captions
 * @typedef {{count: number, guests: number, people: Person[]}} Audience
 *   `count` includes guests; `people` is the first page of listeners with an account
 * @typedef {{id: string, title: string, topics: Topic[], state: string, host: string, speak_policy: string,
 *   open_to_guests: boolean, microphones_locked: boolean, music_mode: boolean, chat: {paused: boolean, slow_mode: number}, host_away_ends_at: string | null,
 *   started_at: string | null, ended_at: string | null}} Space
 * @typedef {{rev: number, space: Space, stage: Seat[], invited: Invitation[],
 *   requests: Request[], accepted: string[], messages: Message[], pins: Pin[], captions: Captions, audience: Audience,
 *   talking?: string[], recognition?: string, interims?: Record<string, {start: string, text: string}>}} RoomState
 *   a snapshot, in which `recognition` is how the recognizer on the server is doing ("ok", "behind", "starting", "down"), and, once
 *   an event has reported it, who is talking and what people are saying
 *
 * @typedef {{t: "stage_joined", rev: number, person: Person, role: Role, muted: boolean}
 *   | {t: "stage_left", rev: number, who: string, by: string}
 *   | {t: "role_changed", rev: number, who: string, role: Role}
 *   | {t: "host_changed", rev: number, who: string, was: string, stays: boolean}
 *   | {t: "host_away", rev: number, ends_at: string | null}
 *   | {t: "stage_away", rev: number, who: string, since: string | null}
 *   | {t: "muted_all", rev: number, by: string}
 *   | {t: "microphones_locked", rev: number, locked: boolean, by: string}
 *   | {t: "music_mode", rev: number, on: boolean, by: string}
 *   | {t: "hand", rev: number, who: string, raised: boolean}
 *   | {t: "requested", rev: number, person: Person, at: string, first_time: boolean}
 *   | {t: "unrequested", rev: number, who: string, outcome: string, at: string}
 *   | {t: "removed", rev: number, who: string, by: string}
 *   | {t: "readmitted", rev: number, who: string, by: string}
 *   | {t: "chat_mode", rev: number, paused: boolean, slow_mode: number, by: string}
 *   | {t: "microphone", rev: number, who: string, muted: boolean, by: string}
 *   | {t: "invited", rev: number, person: Person, role: Role, by: string, accepts_request: boolean}
 *   | {t: "uninvited", rev: number, who: string, outcome: string}
 *   | {t: "details", rev: number, title: string, topics: Topic[]}
 *   | {t: "open_to_guests", rev: number, open: boolean, by: string}
 *   | {t: "message", rev: number, id: number, person: Person, text: string, at: string}
 *   | {t: "message_deleted", rev: number, id: number, who: string, by: string}
 *   | ({t: "pinned", rev: number} & Pin)
 *   | {t: "unpinned", rev: number, id: number, who: string, by: string}
 *   | {t: "voice_captions", rev: number, who: string, on: boolean, where: string}
 *   | {t: "captions_requested", rev: number, by: string, at: string}
 *   | {t: "captions_adjusted", rev: number, language: string, words: string[], by: string}
 *   | {t: "captioner", rev: number, who: string, person: Person, on: boolean, by: string}
 *   | ({t: "caption", rev: number} & Caption)
 *   | {t: "caption_edited", rev: number, id: number, who: string, text: string, by: string}
 *   | {t: "captions_deleted", rev: number, ids: number[], who: string, by: string}
 *   | {t: "ended", rev: number, at: string}} DurableEvent
 * @typedef {{t: "audience", count: number, guests: number, people: Person[]}
 *   | {t: "reactions", counts: Record<string, number>, from: Record<string, string>}
 *   | {t: "interim_caption", who: string, start: string, text: string}
 *   | {t: "recognition", state: string}
 *   | {t: "talking", people: string[]}} EphemeralEvent
 * @typedef {DurableEvent | EphemeralEvent} RoomEvent
 */

export const MAX_MESSAGES = 50; // as many as a snapshot contains
export const MAX_CAPTIONS = 50; // as many as a snapshot contains
const MAX_ACCEPTANCES = 6; // as many as a snapshot contains

/**
 * Return a state. Strangers receive only an outline: the fields that it lacks are empty until a snapshot arrives.
 * @param {any} document a snapshot or an outline @returns {RoomState}
 */
export function toState(document) {
  if (isSnapshot(document)) return document;
  const space = { speak_policy: "invited", microphones_locked: false, music_mode: false, chat: { paused: false, slow_mode: 0 }, host_away_ends_at: null };
  const captions = { voices: [], language: "", words: [], captioners: [], requested: null, lines: [] };
  const room = { invited: [], requests: [], accepted: [], messages: [], pins: [], captions };
  return { ...room, ...document, space: { ...space, ...document.space } };
}

/** Return true for a snapshot, false for an outline. @param {any} document */
export function isSnapshot(document) {
  return "messages" in document;
}

/** @param {RoomState} state @param {RoomEvent} event @returns {RoomState} */
export function apply(state, event) {
  if (!("rev" in event)) return applyEphemeral(state, event);
  if (event.rev <= state.rev) return state;
  return { ...applyDurable(state, event), rev: event.rev };
}

/** @param {RoomState} state @param {EphemeralEvent} event @returns {RoomState} */
function applyEphemeral(state, event) {
  switch (event.t) {
    case "audience":
      return { ...state, audience: { count: event.count, guests: event.guests, people: event.people } };
    case "talking":
      return { ...state, talking: event.people };
    case "recognition":
      return { ...state, recognition: event.state };
    case "interim_caption":
      return withInterim(state, event);
    default:
      return state; // reactions are not part of the state
  }
}

/** @param {RoomState} state @param {DurableEvent} event @returns {RoomState} */
function applyDurable(state, event) {
  switch (event.t) {
    case "stage_joined":
      return { ...withoutPending(state, event.person.id), stage: withSeat(state.stage, event) };
    case "stage_left":
      return { ...state, stage: without(state.stage, event.who) };
    case "role_changed":
      return { ...withoutPending(state, event.who), stage: withChange(state.stage, event.who, { role: event.role }) };
    case "host_changed":
      return { ...state, space: { ...state.space, host: event.who, host_away_ends_at: null }, stage: withSuccessor(state.stage, event) };
    case "host_away":
      return { ...state, space: { ...state.space, host_away_ends_at: event.ends_at } };
    case "stage_away":
      return { ...state, stage: withChange(state.stage, event.who, { away_since: event.since }) };
    case "microphone":
      return { ...state, stage: withChange(state.stage, event.who, { muted: event.muted }) };
    case "muted_all":
      return { ...state, stage: state.stage.map((seat) => (seat.person.id === event.by ? seat : { ...seat, muted: true })) };
    case "music_mode":
      return { ...state, space: { ...state.space, music_mode: event.on } };
    case "microphones_locked":
      return { ...state, space: { ...state.space, microphones_locked: event.locked } };
    case "hand":
      return { ...state, stage: withChange(state.stage, event.who, { hand: event.raised }) };
    case "requested":
      return { ...state, requests: [...without(state.requests, event.person.id), requestOf(event)] };
    case "unrequested":
      return { ...state, requests: without(state.requests, event.who), accepted: withAcceptance(state.accepted, event) };
    case "removed":
      return { ...withoutPending(state, event.who), stage: without(state.stage, event.who) };
    case "chat_mode":
      return { ...state, space: { ...state.space, chat: { paused: event.paused, slow_mode: event.slow_mode } } };
    case "invited":
      return { ...state, invited: withInvitation(state.invited, event) };
    case "uninvited":
      return { ...state, invited: without(state.invited, event.who) };
    case "details":
      return { ...state, space: { ...state.space, title: event.title, topics: event.topics } };
    case "open_to_guests":
      return { ...state, space: { ...state.space, open_to_guests: event.open } };
    case "message":
      return { ...state, messages: withMessage(state.messages, event) };
    case "message_deleted":
      return { ...state, messages: state.messages.map((line) => (line.id === event.id ? { ...line, text: "", deleted: true } : line)) };
    case "pinned":
      return { ...state, pins: withPin(state.pins, event) };
    case "unpinned":
      return { ...state, pins: state.pins.filter((pin) => pin.id !== event.id) };
    case "voice_captions":
      return withoutInterim({ ...state, captions: { ...state.captions, voices: withVoice(state.captions.voices, event) } }, event.who);
    case "captions_requested":
      return { ...state, captions: { ...state.captions, requested: { by: event.by, at: event.at } } };
    case "captions_adjusted":
      return { ...state, captions: { ...state.captions, language: event.language, words: event.words } };
    case "captioner":
      return { ...state, captions: { ...state.captions, captioners: withCaptioner(state.captions.captioners, event) } };
    case "caption":
      return withCaption(state, event);
    case "caption_edited":
      return { ...state, captions: { ...state.captions, lines: withEdit(state.captions.lines, event) } };
    case "captions_deleted":
      return { ...state, captions: { ...state.captions, lines: state.captions.lines.filter((line) => !event.ids.includes(line.id)) } };
    case "ended":
      return {
        ...state,
        space: { ...state.space, state: "ended", ended_at: event.at },
        invited: [],
        requests: [],
        messages: [],
        captions: { ...state.captions, lines: [] },
      };
    default:
      return state; // an unknown type, from a newer server; `apply` still increases the revision
  }
}

/**
 * Add a seat in the order of arrival; a person who is already on stage keeps their position.
 * @param {Seat[]} stage @param {Omit<Seat, "hand" | "away_since">} event @returns {Seat[]}
 */
function withSeat(stage, { person, role, muted }) {
  const seat = { person, role, muted, hand: false, away_since: null };
  const found = stage.some((each) => each.person.id === person.id);
  return found ? stage.map((each) => (each.person.id === person.id ? seat : each)) : [...stage, seat];
}

/** @param {Seat[]} stage @param {string} key @param {Partial<Seat>} change @returns {Seat[]} */
function withChange(stage, key, change) {
  return stage.map((seat) => (seat.person.id === key ? { ...seat, ...change } : seat));
}

/** @param {Seat[]} stage @param {{who: string, was: string, stays: boolean}} event @returns {Seat[]} */
function withSuccessor(stage, { who, was, stays }) {
  const left = stays ? withChange(stage, was, { role: "cohost" }) : without(stage, was);
  return withChange(left, who, { role: "host", away_since: null });
}

/** @param {RoomState} state @param {string} key @returns {RoomState} the state without this person's invitation and request */
function withoutPending(state, key) {
  return { ...state, invited: without(state.invited, key), requests: without(state.requests, key) };
}

/** @param {Request} event @returns {Request} */
function requestOf({ person, at, first_time }) {
  return { person, at, first_time };
}

/**
 * Add an invitation; an invitation that only changes the role keeps its position.
 * @param {Invitation[]} list @param {Invitation} event @returns {Invitation[]}
 */
function withInvitation(list, { person, role, by, accepts_request }) {
  const invitation = { person, role, by, accepts_request };
  const found = list.some((each) => each.person.id === person.id);
  return found ? list.map((each) => (each.person.id === person.id ? invitation : each)) : [...list, invitation];
}

/** @param {string[]} times @param {{outcome: string, at: string}} event @returns {string[]} */
function withAcceptance(times, { outcome, at }) {
  return outcome === "accepted" ? [...times, at].slice(-MAX_ACCEPTANCES) : times;
}

/**
 * Add a message. The newest messages are kept, in the order of their ids, as in a snapshot.
 * @param {Message[]} messages @param {Omit<Message, "deleted">} event @returns {Message[]}
 */
function withMessage(messages, { id, person, text, at }) {
  const line = { id, person, text, at, deleted: false };
  const others = messages.filter((each) => each.id !== id);
  return [...others, line].sort((a, b) => a.id - b.id).slice(-MAX_MESSAGES);
}

/**
 * Add a pin, newest first.
 * @param {Pin[]} pins @param {Pin} event @returns {Pin[]}
 */
function withPin(pins, { id, person, text, picture, alt, url, by }) {
  return [{ id, person, text, picture, alt, url, by }, ...pins.filter((pin) => pin.id !== id)];
}

/**
 * Add or remove a captioned voice; the voices stay in the order of their keys.
 * @param {CaptionedVoice[]} voices @param {{who: string, on: boolean, where: string}} event @returns {CaptionedVoice[]}
 */
function withVoice(voices, { who, on, where }) {
  const others = voices.filter((voice) => voice.who !== who);
  return on ? [...others, { who, where }].sort((a, b) => (a.who < b.who ? -1 : 1)) : others;
}

/** @param {Person[]} people @param {{who: string, person: Person, on: boolean}} event @returns {Person[]} */
function withCaptioner(people, { who, person, on }) {
  const others = people.filter((each) => each.id !== who);
  return on ? [...others, person] : others;
}

/**
 * Add a final caption, which ends the interim one of the same words.
 * @param {RoomState} state @param {Caption} event @returns {RoomState}
 */
function withCaption(state, { id, person, start, end, text, where, by, language, edited }) {
  const line = { id, person, start, end, text, where, by, language, edited };
  const others = state.captions.lines.filter((each) => each.id !== id);
  const lines = [...others, line].sort((a, b) => a.id - b.id).slice(-MAX_CAPTIONS);
  const next = { ...state, captions: { ...state.captions, lines } };
  const interim = state.interims?.[person.id];
  return interim && interim.start <= start ? withoutInterim(next, person.id) : next;
}

/** @param {Caption[]} lines @param {{id: number, text: string}} event @returns {Caption[]} */
function withEdit(lines, { id, text }) {
  return lines.map((line) => (line.id === id ? { ...line, text, edited: true } : line));
}

/**
 * Show what a person is saying, unless its final line arrived first, or the person has turned captions off meanwhile.
 * @param {RoomState} state @param {{who: string, start: string, text: string}} event @returns {RoomState}
 */
function withInterim(state, { who, start, text }) {
  const isCaptioned = state.captions.voices.some((voice) => voice.who === who);
  const isFinal = state.captions.lines.some((line) => line.person.id === who && line.start >= start && line.where !== "captioner");
  if (!isCaptioned || isFinal || !text) return withoutInterim(state, who);
  return { ...state, interims: { ...state.interims, [who]: { start, text } } };
}

/** @param {RoomState} state @param {string} who @returns {RoomState} */
function withoutInterim(state, who) {
  if (!state.interims?.[who]) return state;
  return { ...state, interims: Object.fromEntries(Object.entries(state.interims).filter(([key]) => key !== who)) };
}

/**
 * @template {{person: Person}} Entry
 * @param {Entry[]} list @param {string} key @returns {Entry[]}
 */
function without(list, key) {
  return list.filter((each) => each.person.id !== key);
}
