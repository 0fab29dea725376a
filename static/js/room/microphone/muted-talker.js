/** Notice when a person talks while they are muted, and probably do not know it. */
import { levelOf } from "../sound/level.js";

const EVERY = 100; // ms
const LOUD = 0.45; // of levelOf: a voice near the microphone, not a room's noise
const FOR = 8; // loud samples, minus quiet ones: most of a second of speech
const STAYS = 4_000; // ms after the last loud sample

/**
 * @param {{microphone: import("./microphone.js").Microphone, watching: () => boolean,
 *   onChange: (talks: boolean) => void, signal: AbortSignal}} options `watching`: whether the person is on stage and muted
 */
export function watchMutedTalker({ microphone, watching, onChange, signal }) {
  let loud = 0;
  let shown = false;
  let last = 0;
  const show = (/** @type {boolean} */ talks) => {
    if (shown !== talks) onChange((shown = talks));
  };
  const timer = setInterval(() => {
    const { analyser } = microphone;
    if (!analyser || !watching()) {
      loud = 0;
      return show(false);
    }
    const isLoud = levelOf(analyser) > LOUD;
    loud = Math.min(FOR, Math.max(0, loud + (isLoud ? 1 : -1)));
    if (isLoud) last = performance.now();
    if (loud === FOR) show(true);
    else if (performance.now() - last > STAYS) show(false);
  }, EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}
