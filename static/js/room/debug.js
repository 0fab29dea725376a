/** For tests: expose `window.spacesRoom` if localStorage has `spaces.debug` = "1". */
import { preference } from "../lib/preferences.js";

const FFT_SIZE = 8192; // bins of 5.9 Hz at 48 kHz
const MARGIN = 3; // bins on each side of a tone

/** @param {import("./visit.js").Visit} visit */
export function exposeToTests({ session, room, notices }) {
  if (preference("debug") !== "1") return;
  /** @type {MediaStream | null} */
  let stream = null;
  /** @type {AnalyserNode | null} */
  let analyser = null;

  /** @param {number[]} tones Hz @returns {number[]} the peak in dB near each tone, in the sound that is playing */
  function spectrum(...tones) {
    const { context, stream: playing } = session.sound;
    if (!context || !playing) return tones.map(() => -200);
    if (stream !== playing || !analyser) {
      stream = playing;
      analyser = new AnalyserNode(context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
      context.createMediaStreamSource(playing).connect(analyser);
    }
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const width = context.sampleRate / FFT_SIZE;
    return tones.map((tone) => {
      const centre = Math.round(tone / width);
      return Math.max(-200, ...bins.slice(centre - MARGIN, centre + MARGIN + 1));
    });
  }

  Object.assign(window, { spacesRoom: { room, session, notices, spectrum } });
}
