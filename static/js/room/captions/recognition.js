/**
 * Recognize the viewer's own speech in their browser, and send the text to the room. The sound does not leave the device:
 * browsers that would send it to their vendor are not used.
 */

/**
 * @typedef {{isFinal: boolean, 0: {transcript: string}}} Result
 * @typedef {{lang: string, continuous: boolean, interimResults: boolean, processLocally: boolean,
 *   onresult: ((event: {resultIndex: number, results: ArrayLike<Result>}) => void) | null, onend: (() => void) | null,
 *   start: (track: MediaStreamTrack) => void, abort: () => void}} Recognizer
 * @typedef {{new (): Recognizer, prototype: object, available: (how: object) => Promise<string>, install: (how: object) => Promise<boolean>}} RecognizerClass
 */
const LONGEST = 1000; // characters of a line
const INTERIM_EVERY = 300; // ms
const RESTART_AFTER = 1_000; // ms

/** @returns {RecognizerClass | null} the class, if this browser can recognize speech on the device */
function recognizerClass() {
  const found = /** @type {{SpeechRecognition?: RecognizerClass}} */ (/** @type {unknown} */ (window)).SpeechRecognition;
  return found && "processLocally" in found.prototype && typeof found.available === "function" ? found : null;
}

/** @param {string} chosen the Space's language (ISO 639), or "" @returns {string} the viewer's variant of it (BCP 47), or their language */
function languageOf(chosen) {
  const own = navigator.language || "en-US";
  return !chosen || own.split("-")[0] === chosen ? own : chosen;
}

/**
 * Return whether speech in this language can be recognized on this device.
 * @param {{install: boolean, chosen: string}} options `install`: install the language if necessary, which browsers allow after a
 *   tap; `chosen`: the Space's language, or "" for the viewer's
 */
export async function canRecognize({ install, chosen }) {
  const found = recognizerClass();
  if (!found) return false;
  const how = { langs: [languageOf(chosen)], processLocally: true };
  try {
    const state = await found.available(how);
    if (state === "available") return true;
    return install && ["downloadable", "downloading"].includes(state) && (await found.install(how));
  } catch {
    return false;
  }
}

export class SpeechCaptions {
  #options;
  /** @type {Recognizer | null} */
  #recognizer = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #utterances = 0; // of earlier recognizers, so that numbers never repeat
  #interimAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #restart;
  #offered = false;
  #language = "";

  /**
   * @param {{room: import("../room.js").Room, track: () => MediaStreamTrack | null, isMuted: () => boolean,
   *   send: (frame: {t: string, utterance: number, text: string, final: boolean, language: string}) => unknown,
   *   offer: () => Promise<void>, signal: AbortSignal}} options `offer`: report to the server that this browser recognizes speech
   */
  constructor(options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#stop());
    options.room.renderWith(() => this.update());
  }

  /** Start or stop, as the room's state and the microphone require. */
  update() {
    const { room, track, isMuted, signal } = this.#options;
    const own = room.state.captions.voices.find((voice) => voice.who === room.me);
    const language = languageOf(room.state.captions.language);
    if (language !== this.#language) this.#offered = false; // perhaps this browser knows the new language
    if (own?.where === "" && room.may("speak")) void this.#offer();
    const wanted = !signal.aborted && own?.where === "device" && room.may("speak") && !room.ended && !isMuted() ? track() : null;
    if (wanted === this.#track && language === this.#language) return;
    this.#language = language;
    this.#stop();
    this.#track = wanted;
    if (wanted) this.#start(wanted);
  }

  /** A choice from an earlier Space was applied before the server knew what this browser can do, so report it. */
  async #offer() {
    if (this.#offered) return;
    this.#offered = true;
    if (await canRecognize({ install: false, chosen: this.#options.room.state.captions.language })) await this.#options.offer().catch(() => undefined);
  }

  /** @param {MediaStreamTrack} track */
  #start(track) {
    const found = recognizerClass();
    if (!found) return;
    const recognizer = new found();
    this.#recognizer = recognizer;
    Object.assign(recognizer, { lang: this.#language, continuous: true, interimResults: true, processLocally: true });
    const first = this.#utterances;
    recognizer.onresult = ({ resultIndex, results }) => {
      if (this.#recognizer !== recognizer) return; // it was stopped, perhaps in the middle of a word
      this.#utterances = first + results.length;
      for (let index = resultIndex; index < results.length; index++) this.#report(first + index, results[index]);
    };
    recognizer.onend = () => {
      if (this.#recognizer !== recognizer) return;
      this.#recognizer = null;
      this.#restart = setTimeout(() => this.#track && this.#start(this.#track), RESTART_AFTER);
    };
    try {
      recognizer.start(track);
    } catch {
      recognizer.onend();
    }
  }

  #stop() {
    clearTimeout(this.#restart);
    const recognizer = this.#recognizer;
    this.#recognizer = this.#track = null;
    recognizer?.abort();
  }

  /** @param {number} utterance @param {Result} result */
  #report(utterance, { isFinal, 0: { transcript } }) {
    const now = performance.now();
    if (!isFinal && now - this.#interimAt < INTERIM_EVERY) return;
    this.#interimAt = isFinal ? 0 : now;
    const text = [...transcript.trim()].slice(0, LONGEST).join("");
    this.#options.send({ t: "caption", utterance, text, final: isFinal, language: this.#language.slice(0, 20) });
  }
}
