/** This person's microphone: capture, choice of device, and what to do when it goes away. */
import { openAnalyser } from "../sound/level.js";
import { preference, remember } from "../../lib/preferences.js";

export const RELEASED = "released"; // it came when it was not wanted any more

/** Why there is no microphone; `code` names the notice to show. */
export class MicrophoneError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** What Chromium says with NotAllowedError; other browsers say nothing that tells these apart. */
const DISMISSED = /dismiss/i;
const BY_SYSTEM = /system/i;
export const REFUSALS = ["microphone-refused", "microphone-dismissed", "microphone-blocked"];
/** @type {Record<string, string>} names of DOMException by getUserMedia (W3C Media Capture §10) */
const REASONS = {
  NotAllowedError: "microphone-refused",
  SecurityError: "microphone-refused",
  NotFoundError: "microphone-missing",
  OverconstrainedError: "microphone-missing",
  NotReadableError: "microphone-busy",
  AbortError: "microphone-busy",
};

export class Microphone {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {AnalyserNode | null} */
  analyser = null; // of what the microphone hears, muted or not
  /** The system muted it: a phone call, another app, a hardware switch, or it was unplugged. */
  systemMuted = false;
  /** It was unplugged, and another one is looked for. */
  replacing = false;
  /** @type {MediaStream | null} */
  #ear = null; // a second track for the analyser alone: it is never sent
  #open = false; // not muted
  #music = false; // two channels, as the microphone hears them
  /** @type {Promise<void> | null} */
  #opening = null; // asked once, however many wait for it
  #releases = 0;
  #restarting = false;
  #options;

  /**
   * @param {{context: () => AudioContext | null, signal: AbortSignal,
   *   onTrack: (track: MediaStreamTrack) => Promise<void> | undefined, onFallback: (label: string) => void,
   *   onLost: (code: string) => void, onSystemMute: () => void}} options
   *   `onTrack`: another device took over; `onSystemMute`: `systemMuted` has changed
   */
  constructor(options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.release());
  }

  get track() {
    return this.stream?.getAudioTracks()[0] ?? null;
  }

  get device() {
    return this.track?.getSettings().deviceId ?? "";
  }

  /** @param {boolean} muted muted is silence from this moment, whatever the network does */
  set muted(muted) {
    this.#open = !muted;
    if (this.track) this.track.enabled = !muted;
  }

  /** Asks for the microphone, muted or not as it stands; throws MicrophoneError. */
  async open() {
    if (this.track?.readyState === "live") return;
    if (!this.#opening) {
      const opening = this.#capture(preference("microphone")).finally(() => {
        if (this.#opening === opening) this.#opening = null;
      });
      this.#opening = opening;
    }
    await this.#opening;
  }

  /** @param {string} device of `microphones()`; throws MicrophoneError and keeps the one that is */
  async choose(device) {
    await this.#capture(device, true);
    remember("microphone", device);
  }

  /**
   * Music is heard as it is; of talk the browser takes away echo and noise, and evens it out. It may be that the same
   * device has to be started anew, and the one before plays until then. Throws MicrophoneError.
   * @param {boolean} music
   */
  async hearMusic(music) {
    if (music === this.#music) return;
    this.#music = music;
    await this.#opening?.catch(() => undefined);
    if (this.track?.readyState === "live") await this.#capture(this.device);
  }

  /** Start the same device anew, where the system does not give it back. Throws MicrophoneError. */
  async restart() {
    if (!this.track || this.replacing || this.#restarting) return; // being asked for already
    this.#restarting = true;
    try {
      await this.#capture(this.device);
    } finally {
      this.#restarting = false;
    }
  }

  /** Let go of the microphone, also of one that is still being opened. */
  release() {
    this.#releases += 1;
    this.#opening = null;
    this.#drop(this.stream);
    this.stream = null;
    this.#listenTo(null);
    this.replacing = false;
    this.#setSystemMuted(false);
  }

  /** @param {string} device @param {boolean} exactly */
  async #capture(device, exactly = false) {
    const releases = this.#releases;
    const stream = await capture(device, { exactly, music: this.#music });
    if (this.#options.signal.aborted || this.#releases !== releases) {
      this.#drop(stream);
      throw new MicrophoneError(RELEASED);
    }
    const before = this.stream;
    this.stream = stream;
    const track = stream.getAudioTracks()[0];
    this.#listenTo(track);
    track.enabled = this.#open;
    track.onended = () => void this.#fallBack();
    track.onmute = track.onunmute = () => this.#setSystemMuted(track.muted);
    this.replacing = false;
    this.#setSystemMuted(track.muted);
    if (before) await this.#options.onTrack(track)?.catch(() => undefined); // nothing is lost between the two
    this.#drop(before);
  }

  /** @param {MediaStreamTrack | null} track */
  #listenTo(track) {
    this.#drop(this.#ear);
    this.analyser?.disconnect();
    const context = track && this.#options.context();
    this.#ear = track && context ? new MediaStream([track.clone()]) : null;
    this.analyser = context && this.#ear ? openAnalyser(context, this.#ear) : null;
  }

  /** The device is gone: whatever the system offers instead, and say so. */
  async #fallBack() {
    this.replacing = true;
    this.#setSystemMuted(true);
    try {
      await this.#capture("");
      this.#options.onFallback(this.track?.label ?? "");
    } catch (error) {
      const code = error instanceof MicrophoneError ? error.code : "";
      if (code === RELEASED) return;
      this.release();
      this.#options.onLost(REFUSALS.includes(code) ? code : "microphone-lost");
    }
  }

  /** @param {boolean} muted */
  #setSystemMuted(muted) {
    if (this.systemMuted === muted) return;
    this.systemMuted = muted;
    this.#options.onSystemMute();
  }

  /** @param {MediaStream | null} stream */
  #drop(stream) {
    for (const track of stream?.getTracks() ?? []) {
      track.onended = track.onmute = track.onunmute = null;
      track.stop();
    }
  }
}

/** @param {string} device @param {{exactly: boolean, music: boolean}} options */
async function capture(device, { exactly, music }) {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new MicrophoneError("insecure");
  const processed = !music && preference("rawMicrophone") !== "1"; // off as well where tests send pure tones
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(device && { deviceId: exactly ? { exact: device } : device }),
        channelCount: music ? 2 : 1,
        echoCancellation: processed,
        noiseSuppression: processed,
        autoGainControl: processed,
      },
    });
  } catch (error) {
    throw new MicrophoneError(error instanceof DOMException ? reasonOf(error) : "microphone-busy");
  }
}

/** @param {DOMException} error of getUserMedia @returns {string} the code of a notice */
function reasonOf({ name, message }) {
  const reason = REASONS[name] ?? "microphone-busy";
  if (reason !== "microphone-refused") return reason;
  return DISMISSED.test(message) ? "microphone-dismissed" : BY_SYSTEM.test(message) ? "microphone-blocked" : reason;
}
