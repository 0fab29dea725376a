/**
 * This page's connection to the sound of the room. It is told what is wanted (to listen, to speak,
 * nothing) and makes it so, again and again: a new connection replaces the old one only once it
 * carries sound, and a lost one comes back by itself.
 */
import { MicrophoneError, RELEASED } from "../microphone/microphone.js";
import { microphonePermission } from "../microphone/microphone-permission.js";
import { CLOSED, Peer, PeerError } from "./peer.js";
import { preference } from "../../lib/preferences.js";
import { ReplyError } from "../../lib/socket.js";

// ms between attempts, at most, and at least half of it; the last one stays. Short while an audio node may be starting
// again, then long: a node that refuses many pages is asked by all of them.
const PAUSES = [1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 8_000, 16_000, 30_000];
const STABLE_AFTER = 10_000; // ms; a connection that was lost sooner counts as one that failed
const SAY_AFTER = 2; // failures in a row before it is said
const SAY_AFTER_LOSS = 6; // of a sound that was there: its node is being started again
const MICROPHONE_WITHIN = 600; // ms; longer, and the browser is asking its person, or the device is slow
const AWAITED = ["microphone-asking", "microphone-starting"]; // it may still come
const FINAL = ["removed", "ended", "not_live", "signed_out", "suspended", "blocked"];
/** @type {Record<string, string>} the notice that says why, by code; of other codes nobody could say more */
const WHY = { full: "sound-full", no_node: "sound-away", timeout: "sound-away", unavailable: "sound-away" };

/** @typedef {import("./peer.js").Kind} Kind */

export class Call {
  /** @type {Peer | null} */
  peer = null;
  /** @type {Kind | null} */
  wanted = null;
  /** Another tab, or another device, has the sound until `resume`. */
  away = false;
  /** Why this person, who may speak, only listens: the code of a notice. */
  voiceless = "";
  /** @type {Peer | null} */
  #opening = null;
  /** @type {Promise<void> | null} */
  #settling = null;
  #halted = false; // until somebody wants something again
  #failures = 0;
  #savesData = preference("dataSaver") === "1";
  #music = false;
  #heard = false; // since it was wanted: what is missing now was lost
  #upSince = 0; // ms of performance.now()
  #wake = () => {};
  #options;

  /**
   * @param {{socket: import("../../lib/socket.js").RoomSocket, sound: import("../sound/sound.js").Sound,
   *   microphone: import("../microphone/microphone.js").Microphone, signal: AbortSignal,
   *   onChange: () => void, say: (code: string) => void}} options `say`: a notice, "" when all is well
   */
  constructor(options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => void this.want(null));
  }

  get up() {
    return this.peer?.alive ?? false;
  }

  /** Whether this person's voice could be heard now. */
  get speaking() {
    return this.up && this.peer?.kind === "speak";
  }

  /** Whether the person listens while the microphone is not ready yet. */
  get awaitsMicrophone() {
    return AWAITED.includes(this.voiceless);
  }

  /** @param {Kind | null} wanted @returns {Promise<void>} when it is so, or cannot be for now */
  want(wanted) {
    if (wanted !== "speak") this.voiceless = "";
    if (wanted === null) this.away = this.#heard = false;
    this.wanted = wanted;
    return this.settle();
  }

  /** Ask for the microphone once more. */
  retryMicrophone() {
    this.voiceless = "";
    return this.settle();
  }

  /** Leave the sound to another tab. */
  handOver() {
    this.#hangUp();
    this.away = true;
    this.#options.say("moved");
    this.#options.onChange();
  }

  /** Have it here again. */
  resume() {
    this.away = false;
    return this.settle();
  }

  /** Hear the same with less data, or not: on this connection and on those to come. @param {boolean} saves */
  async saveData(saves) {
    this.#savesData = saves;
    await this.#askForQuality(this.peer);
  }

  /** Send as music, or as talk: on this connection and on those to come. @param {boolean} music */
  async sendMusic(music) {
    this.#music = music;
    await Promise.all([this.peer, this.#opening].map((peer) => peer?.sendMusic(music)));
  }

  /** The microphone went away: go on listening. @param {string} code */
  loseMicrophone(code) {
    this.voiceless = code;
    return this.settle();
  }

  /** Look again at what is wanted and what is. @returns {Promise<void>} */
  settle() {
    this.#failures = 0;
    return this.#proceed();
  }

  /** @returns {Promise<void>} */
  #proceed() {
    this.#halted = false;
    this.#wake();
    if (this.wanted === null) this.#hangUp();
    this.#settling ??= this.#work().finally(() => {
      this.#settling = null;
      if (this.wanted !== "speak") this.#options.microphone.release(); // also if it was still being asked for
      this.#options.onChange();
      if (this.#due) void this.#proceed(); // wanted just as the work was ending
    });
    return this.#settling;
  }

  /** The socket is back, perhaps at another process: hear of the connection by it, and go on. */
  async goOn() {
    const name = this.peer?.name;
    if (name) {
      try {
        await this.#options.socket.ask({ t: "adopt", peer: name });
        void this.#askForQuality(this.peer).catch(() => undefined);
      } catch (error) {
        if (error instanceof ReplyError && error.code === "unknown_peer") this.peerGone(name, "lost");
      }
    }
    if (this.wanted) await this.settle();
  }

  /** @param {string} name @param {string} reason the node dropped a peer */
  peerGone(name, reason) {
    for (const peer of [this.peer, this.#opening]) if (peer?.name === name) peer.gone(reason);
  }

  get #kind() {
    if (this.away) return null;
    return this.wanted === "speak" && this.voiceless ? "listen" : this.wanted;
  }

  get #patience() {
    return this.#heard ? SAY_AFTER_LOSS : SAY_AFTER;
  }

  /** Whether there is something to do that can be done. */
  get #due() {
    const satisfied = this.#kind === null || (this.up && this.peer?.kind === this.#kind);
    return !satisfied && !this.#halted && this.#options.socket.ready;
  }

  async #work() {
    while (this.#due) {
      if (!this.up && this.#failures < this.#patience) this.#options.say(this.#heard ? "reconnecting" : "connecting");
      this.#options.onChange();
      await this.#pause();
      const kind = this.#kind;
      if (!this.#due || !kind) return; // wanted otherwise meanwhile
      try {
        await this.#replaceBy(kind);
        if (this.up) this.#options.say("");
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Make before break: the old connection sounds until the new one carries packets. @param {Kind} kind */
  async #replaceBy(kind) {
    const { microphone, sound, socket } = this.#options;
    if (kind === "speak" && !(await this.#microphoneIsOpen())) return;
    const onLost = (/** @type {Peer} */ lost, /** @type {string} */ code) => this.#lost(lost, code);
    const onFlow = (/** @type {boolean} */ flows) => this.#flow(peer, flows);
    const peer = new Peer(kind, { ask: (frame) => socket.ask(frame), onFlow, onLost });
    this.#opening = peer;
    void peer.sendMusic(this.#music);
    try {
      await peer.open(microphone.stream);
    } catch (error) {
      this.#release(peer);
      throw error;
    } finally {
      this.#opening = null;
    }
    if (this.#kind !== kind) return this.#release(peer);
    const old = this.peer;
    this.peer = peer;
    this.#heard = true;
    this.#upSince = performance.now();
    void this.#askForQuality(peer).catch(() => undefined); // asked again when the socket is back
    if (peer.stream) await sound.switchTo(sound.load(peer.stream));
    if (old) this.#release(old);
  }

  /**
   * Open the microphone; false if the browser is still asking, so that one listens meanwhile. Throws MicrophoneError.
   * @returns {Promise<boolean>}
   */
  async #microphoneIsOpen() {
    const opening = this.#options.microphone.open().then(() => true);
    const late = new Promise((resolve) => setTimeout(() => resolve(false), MICROPHONE_WITHIN));
    if (await Promise.race([opening, late])) return this.#kind === "speak";
    const permission = await microphonePermission();
    if (this.#kind !== "speak") return false;
    this.voiceless = permission?.state === "granted" ? "microphone-starting" : "microphone-asking";
    void opening.then(
      () => this.#microphoneAnswered(""),
      (error) => this.#microphoneAnswered(error instanceof MicrophoneError ? error.code : "microphone-busy"),
    );
    return false;
  }

  /** @param {string} code why there is none, or "" */
  #microphoneAnswered(code) {
    if (!this.awaitsMicrophone) return;
    this.voiceless = code === RELEASED ? "" : code; // released: asked again where it is wanted again
    void this.settle();
    this.#options.onChange();
  }

  /** @param {Peer | null} peer */
  async #askForQuality(peer) {
    const quality = this.#savesData ? "saver" : "full";
    if (!peer?.name || peer.quality === quality) return;
    await this.#options.socket.ask({ t: "quality", peer: peer.name, quality });
    peer.quality = quality;
  }

  /** @param {Peer} peer @param {boolean} flows */
  #flow(peer, flows) {
    if (peer !== this.peer) return;
    this.#options.say(flows ? "" : "reconnecting");
    if (!flows) this.#options.socket.doubt(); // often the whole network is gone
  }

  /** @param {Peer} lost @param {string} code */
  #lost(lost, code) {
    if (lost !== this.peer) return;
    this.#options.sound.stop();
    this.peer = null;
    if (code === "moved") this.handOver();
    else if (FINAL.includes(code)) this.#halt("");
    else {
      const isStable = performance.now() - this.#upSince >= STABLE_AFTER;
      this.#failures = isStable ? 0 : this.#failures + 1;
      void this.#proceed();
    }
    this.#options.onChange();
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof MicrophoneError) {
      if (this.wanted === "speak" && error.code !== RELEASED) this.voiceless = error.code;
      return;
    }
    const code = error instanceof ReplyError || error instanceof PeerError ? error.code : "audio-failed";
    if (code === CLOSED || !this.#options.socket.ready) return; // wanted otherwise, or the socket comes back and settles
    if (code === "moved") return this.handOver();
    if (FINAL.includes(code)) return this.#halt("");
    if (code === "network-blocked") return this.#halt(code);
    this.#failures += 1;
    if (this.#failures >= this.#patience) this.#options.say(WHY[code] ?? "audio-failed");
  }

  /** Wait before every attempt but the first; a new wish ends the wait. @returns {Promise<void>} */
  async #pause() {
    if (!this.#failures) return;
    const most = PAUSES[Math.min(this.#failures, PAUSES.length) - 1];
    await new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
      setTimeout(resolve, most * (0.5 + Math.random() / 2));
    });
  }

  /** @param {string} code the notice that tells why */
  #halt(code) {
    this.#halted = true;
    this.#options.say(code);
  }

  #hangUp() {
    const { sound, microphone, say } = this.#options;
    sound.stop();
    for (const peer of [this.peer, this.#opening]) if (peer) this.#release(peer);
    this.peer = null;
    microphone.release();
    say("");
  }

  /** @param {Peer} peer */
  #release(peer) {
    if (peer.name) this.#options.socket.send({ t: "hangup", peer: peer.name });
    peer.close();
  }
}
