/**
 * Animate the rings of people who talk: set `--level` from the sound that is playing, or from the microphone. Outside of
 * rooms, a purple ring means that a person is live (spaces/directory/live_index.py).
 */
import { levelOf, mayPulse } from "./level.js";

const UPDATE_EVERY = 50; // ms

/**
 * @param {HTMLElement} root
 * @param {{room: import("../room.js").Room, sound: import("./sound.js").Sound,
 *   microphone: import("../microphone/microphone.js").Microphone, signal: AbortSignal}} options
 */
export function animateRings(root, { room, sound, microphone, signal }) {
  const timer = setInterval(() => {
    if (!mayPulse() || !room.state.talking?.length) return;
    const others = sound.level().toFixed(2);
    const own = (microphone.analyser ? levelOf(microphone.analyser) : 0).toFixed(2);
    for (const avatar of root.querySelectorAll("[data-talking] [data-part=avatar]")) {
      const isMe = avatar.closest("[data-me]") !== null;
      if (avatar instanceof HTMLElement) avatar.style.setProperty("--level", isMe ? own : others);
    }
  }, UPDATE_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}
