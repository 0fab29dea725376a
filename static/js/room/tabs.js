/**
 * Detect whether another tab of this browser plays the sound. A duplicated tab has a copy of sessionStorage, and so a
 * stay (stay.js) of a visit that still goes on in the other tab: it must not take the sound by itself.
 */
import { live } from "./live.js";

const ANSWER_WITHIN = 300; // ms
const QUESTION = "has anybody the sound?";
const ANSWER = "here";
const channel = new BroadcastChannel("spaces.sound");

channel.addEventListener("message", ({ data }) => {
  if (data === QUESTION && live.visit && !live.visit.session.call.away) channel.postMessage(ANSWER);
});

/** @returns {Promise<boolean>} */
export function doesAnotherTabSound() {
  return new Promise((resolve) => {
    const onMessage = (/** @type {MessageEvent} */ { data }) => data === ANSWER && settle(true);
    const timer = setTimeout(() => settle(false), ANSWER_WITHIN);
    const settle = (/** @type {boolean} */ sounds) => {
      clearTimeout(timer);
      channel.removeEventListener("message", onMessage);
      resolve(sounds);
    };
    channel.addEventListener("message", onMessage);
    channel.postMessage(QUESTION);
  });
}
