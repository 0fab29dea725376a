/**
 * What a room is, and how an event changes it (docs/protocol.md). The only reducer: pure, and safe
 * to repeat: an event that the state's revision already covers changes nothing.
 *
 * @typedef {{id: string, handle: string, name: string, initials: string, palette: number, avatar: string}} Person
 * @typedef {"host" | "cohost" | "speaker" | "listener"} Role
 * @typedef {{person: Person, role: Role, muted: boolean}} Seat
 * @typedef {{slug: string, name: string}} Topic
 * @typedef {{id: number, person: Person, text: string, at: string, deleted: boolean}} Message
 * @typedef {{count: number, people: Person[]}} Audience
 * @typedef {{id: string, title: string, topics: Topic[], state: string, host: string, speak_policy: string,
 *   started_at: string | null, ended_at: string | null}} Space
 * @typedef {{rev: number, space: Space, stage: Seat[], invited: {person: Person, by: string}[],
 *   messages: Message[], audience: Audience, talking?: string[]}} RoomState
 *   a snapshot, and who talks once somebody did
 *
 * @typedef {{t: "stage_joined", rev: number, person: Person, role: Role, muted: boolean}
 *   | {t: "stage_left", rev: number, who: string}
 *   | {t: "microphone", rev: number, who: string, muted: boolean, by: string}
 *   | {t: "invited", rev: number, person: Person, by: string}
 *   | {t: "uninvited", rev: number, who: string, outcome: string}
 *   | {t: "details", rev: number, title: string, topics: Topic[]}
 *   | {t: "message", rev: number, id: number, person: Person, text: string, at: string}
 *   | {t: "message_deleted", rev: number, id: number, by: string}
 *   | {t: "ended", rev: number, at: string}} DurableEvent
 * @typedef {{t: "audience", count: number, people: Person[]}
 *   | {t: "reactions", counts: Record<string, number>, from: Record<string, string>}
 *   | {t: "talking", people: string[]}} EphemeralEvent
 * @typedef {DurableEvent | EphemeralEvent} RoomEvent
 */

export const MESSAGES_KEPT = 50; // as many as a snapshot has

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
      return { ...state, audience: { count: event.count, people: event.people } };
    case "talking":
      return { ...state, talking: event.people };
    default:
      return state; // reactions are shown and forgotten
  }
}

/** @param {RoomState} state @param {DurableEvent} event @returns {RoomState} */
function applyDurable(state, event) {
  switch (event.t) {
    case "stage_joined":
      return { ...state, stage: seated(state.stage, event), invited: without(state.invited, event.person.id) };
    case "stage_left":
      return { ...state, stage: without(state.stage, event.who) };
    case "microphone":
      return { ...state, stage: state.stage.map((seat) => (seat.person.id === event.who ? { ...seat, muted: event.muted } : seat)) };
    case "invited":
      return { ...state, invited: [...without(state.invited, event.person.id), { person: event.person, by: event.by }] };
    case "uninvited":
      return { ...state, invited: without(state.invited, event.who) };
    case "details":
      return { ...state, space: { ...state.space, title: event.title, topics: event.topics } };
    case "message":
      return { ...state, messages: said(state.messages, event) };
    case "message_deleted":
      return { ...state, messages: state.messages.map((line) => (line.id === event.id ? { ...line, text: "", deleted: true } : line)) };
    case "ended":
      return { ...state, space: { ...state.space, state: "ended", ended_at: event.at }, invited: [] };
    default:
      return state; // a kind that a newer server knows still counts as a revision
  }
}

/**
 * In order of arrival; who sits already keeps their place.
 * @param {Seat[]} stage @param {Seat} event @returns {Seat[]}
 */
function seated(stage, { person, role, muted }) {
  const seat = { person, role, muted };
  const found = stage.some((each) => each.person.id === person.id);
  return found ? stage.map((each) => (each.person.id === person.id ? seat : each)) : [...stage, seat];
}

/**
 * The newest lines in the order of their ids, as the snapshot has them.
 * @param {Message[]} messages @param {Omit<Message, "deleted">} event @returns {Message[]}
 */
function said(messages, { id, person, text, at }) {
  const line = { id, person, text, at, deleted: false };
  const others = messages.filter((each) => each.id !== id);
  return [...others, line].sort((a, b) => a.id - b.id).slice(-MESSAGES_KEPT);
}

/**
 * @template {{person: Person}} Entry
 * @param {Entry[]} list @param {string} key @returns {Entry[]}
 */
function without(list, key) {
  return list.filter((each) => each.person.id !== key);
}
