/** Detect that a person talks while they are muted, which they probably do not know. */
import { levelOf } from "../sound/level.js";

const SAMPLE_EVERY = 100; // ms
const LOUD = 0.45; // level (see levelOf) of a voice near the microphone, above the noise of a room
const ENOUGH = 8; // loud samples minus quiet samples; most of a second of speech
const SHOWN_FOR = 4_000; // ms after the last loud sample

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
    loud = Math.min(ENOUGH, Math.max(0, loud + (isLoud ? 1 : -1)));
    if (isLoud) last = performance.now();
    if (loud === ENOUGH) show(true);
    else if (performance.now() - last > SHOWN_FOR) show(false);
  }, SAMPLE_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}
