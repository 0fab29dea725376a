/** The toasts about events that concern the viewer most. Screen readers announce toasts, so announcements.js skips these events. */

/**
 * @typedef {import("../room-state.js").RoomEvent} RoomEvent
 * @typedef {import("../room-state.js").RoomState} RoomState
 */

/** @param {RoomEvent} event @param {RoomState} before @param {string} me @returns {string} "" if the event has no toast */
export function describeToast(event, before, me) {
  switch (event.t) {
    case "host_changed":
      if (event.who === me) return event.stays ? "You are the host now" : `${name(before, event.was)} handed the Space to you. You are the host now`;
      return event.was === me && event.stays ? `${name(before, event.who)} is the host now. You are a co-host` : "";
    case "muted_all":
      return event.by === me ? "You muted everyone" : "";
    case "unrequested":
      return event.who === me && event.outcome === "declined" ? "A host declined your request for now. You can ask again later." : "";
    case "stage_left":
      return event.who === me && event.by !== me ? "A host made you a listener. You still hear everyone." : "";
    default:
      return "";
  }
}

/** @param {RoomState} state @param {string} key of a person on the stage */
function name(state, key) {
  return state.stage.find((seat) => seat.person.id === key)?.person.name ?? "The host";
}
