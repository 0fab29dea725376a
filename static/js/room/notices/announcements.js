/** The texts that announce the room's events to screen readers. */
import { describeToast } from "./event-toasts.js";
import { REMOVED_ANNOUNCEMENT } from "./removed.js";

/**
 * @typedef {import("../room-state.js").RoomEvent} RoomEvent
 * @typedef {import("../room-state.js").RoomState} RoomState
 */

/** @param {RoomEvent} event @param {RoomState} before @param {string} me @returns {string} "" if the event is not announced */
export function describeEvent(event, before, me) {
  if (describeToast(event, before, me)) return "";
  switch (event.t) {
    case "stage_joined":
      return event.person.id === me ? `You are ${title(event.role)} now, muted` : `${event.person.name} is ${title(event.role)} now`;
    case "stage_left":
      if (event.who !== me) return `${name(before, event.who)} left the stage`;
      return "You are a listener now";
    case "role_changed":
      return `${event.who === me ? "You are" : `${name(before, event.who)} is`} ${title(event.role)} now`;
    case "host_changed":
      return `${name(before, event.who)} is the host now`;
    case "host_away":
      return event.ends_at ? "The host is away. The Space ends soon unless they come back" : "The host is back";
    case "muted_all":
      return `${name(before, event.by)} muted everyone`;
    case "microphones_locked":
      return event.locked ? "Microphones are locked: nobody can unmute" : "Microphones are unlocked";
    case "music_mode":
      return event.on ? "Music mode is on: stereo and full quality" : "Music mode is off";
    case "hand":
      return event.who !== me && event.raised ? `${name(before, event.who)} raised a hand` : "";
    case "microphone":
      if (event.who !== me) return "";
      if (event.by !== me) return `${name(before, event.by)} muted you`;
      return event.muted ? "You are muted" : "Your microphone is on";
    case "requested":
      return isModerator(before, me) ? `${event.person.name} asks to speak` : "";
    case "removed":
      return event.who === me ? REMOVED_ANNOUNCEMENT : "";
    case "chat_mode":
      if (event.paused) return "The chat is paused";
      return event.slow_mode ? `The chat is slow: one message in ${event.slow_mode} seconds` : "The chat is open";
    case "uninvited":
      return event.who === me && event.outcome === "withdrawn" ? "Your invitation was withdrawn" : "";
    case "details":
      return event.title === before.space.title ? "The topics have changed" : `The title is now ${event.title}`;
    case "open_to_guests":
      return event.open ? "Anyone with the link can listen now, even without an account" : "The Space is closed to guests";
    case "pinned":
      return `${event.by.id === me ? "You" : event.by.name} pinned a post by ${event.person.name}`;
    case "voice_captions":
      return event.who === me ? `Your voice is ${event.on ? "captioned now" : "no longer captioned"}` : "";
    case "captioner":
      if (event.who !== me) return "";
      return event.on ? "You can write captions now" : "You can no longer write captions";
    case "ended":
      return "The Space has ended";
    default:
      return "";
  }
}

/** @param {string} role on the stage */
function title(role) {
  return role === "cohost" ? "a co-host" : "a speaker";
}

/** @param {RoomState} state @param {string} key */
function isModerator(state, key) {
  return state.stage.some((seat) => seat.person.id === key && (seat.role === "host" || seat.role === "cohost"));
}

/** @param {RoomState} state @param {string} key */
function name(state, key) {
  return state.stage.find((seat) => seat.person.id === key)?.person.name ?? "Someone";
}
