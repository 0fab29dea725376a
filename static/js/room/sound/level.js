/** Measure loudness in the browser, since the server only sends who is talking, not how loudly. */

const SILENCE = -58; // dBFS: level 0
const LOUD = -14; // dBFS: level 1
const FFT_SIZE = 2048; // 43 ms at 48 kHz
const samples = new Float32Array(FFT_SIZE);
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** Return whether rings may pulse with the sound. If not, they keep one level (static/css/motion.css). */
export const mayPulse = () => !lessMotion.matches && !document.hidden;

/** @param {AudioContext} context @param {MediaStream} stream @returns {AnalyserNode} */
export function openAnalyser(context, stream) {
  const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(stream).connect(analyser);
  return analyser;
}

/** @param {AnalyserNode} analyser @returns {number} 0 to 1, linear in dB */
export function levelOf(analyser) {
  analyser.getFloatTimeDomainData(samples);
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const decibels = 10 * Math.log10(energy / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (decibels - SILENCE) / (LOUD - SILENCE)));
}
