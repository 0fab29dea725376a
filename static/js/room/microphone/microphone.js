/** This person's microphone: capture, choice of the device, and fallback when it is unplugged. */
import { openAnalyser } from "../sound/level.js";
import { preference, setPreference } from "../../lib/preferences.js";

export const RELEASED = "released"; // the microphone was released while it was being opened

/** Why there is no microphone; `code` names the notice to show. */
export class MicrophoneError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Messages of Chromium's NotAllowedError; other browsers do not distinguish these cases. */
const DISMISSED = /dismiss/i;
const BY_SYSTEM = /system/i;
export const REFUSALS = ["microphone-refused", "microphone-dismissed", "microphone-blocked"];
/** @type {Record<string, string>} by the DOMException of getUserMedia (W3C Media Capture, section 10) */
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
  analyser = null; // of the microphone's sound, muted or not
  /** Whether the system muted the microphone: for a phone call or another app, by a hardware switch, or because it was unplugged. */
  systemMuted = false;
  /** Whether the microphone was unplugged and another one is being opened. */
  replacing = false;
  /** @type {MediaStream | null} */
  #meterStream = null; // a second track for the analyser; it is never sent
  #open = false; // not muted
  #music = false; // two channels without processing
  /** @type {Promise<void> | null} */
  #opening = null; // shared by all callers of `open`
  #releases = 0;
  #restarting = false;
  #options;

  /**
   * @param {{context: () => AudioContext | null, signal: AbortSignal,
   *   onTrack: (track: MediaStreamTrack) => Promise<void> | undefined, onFallback: (label: string) => void,
   *   onLost: (code: string) => void, onSystemMute: () => void}} options
   *   `onTrack`: the microphone was replaced; `onSystemMute`: `systemMuted` has changed
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

  /** Mute or unmute at once, without the network. @param {boolean} muted */
  set muted(muted) {
    this.#open = !muted;
    if (this.track) this.track.enabled = !muted;
  }

  /** Open the microphone in the state that `muted` has set. Throws MicrophoneError. */
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

  /** Switch to another microphone. Throws MicrophoneError, and then keeps the current microphone. @param {string} device of enumerateDevices */
  async choose(device) {
    await this.#capture(device, true);
    setPreference("microphone", device);
  }

  /**
   * Capture music without processing, or talk with echo cancellation, noise suppression and gain control. The device may
   * have to be opened again; the previous track continues until then. Throws MicrophoneError.
   * @param {boolean} music
   */
  async captureMusic(music) {
    if (music === this.#music) return;
    this.#music = music;
    await this.#opening?.catch(() => undefined);
    if (this.track?.readyState === "live") await this.#capture(this.device);
  }

  /** Open the same device again, because the system does not unmute it. Throws MicrophoneError. */
  async restart() {
    if (!this.track || this.replacing || this.#restarting) return; // already in progress
    this.#restarting = true;
    try {
      await this.#capture(this.device);
    } finally {
      this.#restarting = false;
    }
  }

  /** Release the microphone, even if it is still being opened. */
  release() {
    this.#releases += 1;
    this.#opening = null;
    this.#drop(this.stream);
    this.stream = null;
    this.#meter(null);
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
    this.#meter(track);
    track.enabled = this.#open;
    track.onended = () => void this.#fallBack();
    track.onmute = track.onunmute = () => this.#setSystemMuted(track.muted);
    this.replacing = false;
    this.#setSystemMuted(track.muted);
    if (before) await this.#options.onTrack(track)?.catch(() => undefined); // before the old track stops, so that there is no gap
    this.#drop(before);
  }

  /** @param {MediaStreamTrack | null} track */
  #meter(track) {
    this.#drop(this.#meterStream);
    this.analyser?.disconnect();
    const context = track && this.#options.context();
    this.#meterStream = track && context ? new MediaStream([track.clone()]) : null;
    this.analyser = context && this.#meterStream ? openAnalyser(context, this.#meterStream) : null;
  }

  /** Use the system's default and report it, because the device was unplugged. */
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
  const processed = !music && preference("rawMicrophone") !== "1"; // tests that send pure tones also turn processing off
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
