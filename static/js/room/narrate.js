/** Puts the room's events into words for the live region. */

/**
 * @typedef {import("../room-state.js").RoomEvent} RoomEvent
 * @typedef {import("../room-state.js").RoomState} RoomState
 */

/** @param {RoomEvent} event @param {RoomState} before @param {string} me @returns {string} "" where silence is better */
export function narrate(event, before, me) {
  switch (event.t) {
    case "stage_joined":
      return event.person.id === me ? "You are a speaker now, muted" : `${event.person.name} is a speaker now`;
    case "stage_left":
      return event.who === me ? "You are a listener now" : `${name(before, event.who)} left the stage`;
    case "microphone":
      if (event.who !== me) return "";
      if (event.by !== me) return `${name(before, event.by)} muted you`;
      return event.muted ? "You are muted" : "Your microphone is on";
    case "uninvited":
      return event.who === me && event.outcome === "withdrawn" ? "The invitation to speak was withdrawn" : "";
    case "details":
      return `The title is now ${event.title}`;
    case "ended":
      return "The Space has ended";
    default:
      return "";
  }
}

/** @param {RoomState} state @param {string} key */
function name(state, key) {
  return state.stage.find((seat) => seat.person.id === key)?.person.name ?? "Someone";
}
