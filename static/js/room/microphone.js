/** This person's microphone: capture, choice of device, and what to do when it goes away. */
import { openAnalyser } from "./level.js";
import { preference, remember } from "./preferences.js";

/** Why there is no microphone; `code` names the notice to show. */
export class MicrophoneError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

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
  /** @type {MediaStream | null} */
  #ear = null; // a second track for the analyser alone: it is never sent
  #open = false; // not muted
  #music = false; // two channels, as the microphone hears them
  /** @type {Promise<void> | null} */
  #opening = null; // asked once, however many wait for it
  #options;

  /**
   * @param {{context: () => AudioContext | null, signal: AbortSignal,
   *   onTrack: (track: MediaStreamTrack) => Promise<void> | undefined, onFallback: (label: string) => void,
   *   onLost: (code: string) => void}} options `onTrack`: another device took over
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
    this.#opening ??= this.#capture(preference("microphone")).finally(() => (this.#opening = null));
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

  release() {
    this.#drop(this.stream);
    this.stream = null;
    this.#listenTo(null);
  }

  /** @param {string} device @param {boolean} exactly */
  async #capture(device, exactly = false) {
    const stream = await capture(device, { exactly, music: this.#music });
    if (this.#options.signal.aborted) {
      this.#drop(stream);
      throw new MicrophoneError("microphone-lost");
    }
    const before = this.stream;
    this.stream = stream;
    const track = stream.getAudioTracks()[0];
    this.#listenTo(track);
    track.enabled = this.#open;
    track.onended = () => void this.#fallBack();
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
    try {
      await this.#capture("");
      this.#options.onFallback(this.track?.label ?? "");
    } catch (error) {
      this.release();
      const refused = error instanceof MicrophoneError && error.code === "microphone-refused";
      this.#options.onLost(refused ? "microphone-refused" : "microphone-lost");
    }
  }

  /** @param {MediaStream | null} stream */
  #drop(stream) {
    for (const track of stream?.getTracks() ?? []) {
      track.onended = null;
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
    const name = error instanceof DOMException ? error.name : "";
    throw new MicrophoneError(REASONS[name] ?? "microphone-busy");
  }
}
