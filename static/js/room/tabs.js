/**
 * Detect whether another tab of this browser plays the sound, because only one tab does (tab-lock.js). A duplicated tab has a
 * copy of sessionStorage, which contains the stay (stay.js) of a visit that continues in the other tab, so the duplicate must
 * not take the sound by itself.
 */
import { live } from "./live.js";

const ANSWER_TIMEOUT = 300; // ms
const QUESTION = "is the sound playing?";
const ANSWER = "yes";
const channel = new BroadcastChannel("spaces.sound");

channel.addEventListener("message", ({ data }) => {
  const call = live.visit?.session.call;
  if (data === QUESTION && call?.wanted && !call.away) channel.postMessage(ANSWER);
});

/** @returns {Promise<boolean>} */
export function isSoundInAnotherTab() {
  return new Promise((resolve) => {
    const onMessage = (/** @type {MessageEvent} */ { data }) => data === ANSWER && finish(true);
    const timer = setTimeout(() => finish(false), ANSWER_TIMEOUT);
    const finish = (/** @type {boolean} */ sounds) => {
      clearTimeout(timer);
      channel.removeEventListener("message", onMessage);
      resolve(sounds);
    };
    channel.addEventListener("message", onMessage);
    channel.postMessage(QUESTION);
  });
}
