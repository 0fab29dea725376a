/**
 * This page's connection to the room's sound. Other modules set whether the page is to listen, to speak or neither, and
 * the call connects accordingly, as often as necessary: a new peer connection replaces the old one only once it carries
 * sound, and a lost connection is replaced.
 */
import { MicrophoneError, RELEASED } from "../microphone/microphone.js";
import { microphonePermission } from "../microphone/microphone-permission.js";
import { CLOSED, Peer, PeerError } from "./peer.js";
import { Retries } from "./retries.js";
import { preference } from "../../lib/preferences.js";
import { ReplyError } from "../../lib/socket.js";

const MICROPHONE_TIMEOUT = 600; // ms; if opening takes longer, the browser is asking the person, or the device is slow
const AWAITED = ["microphone-asking", "microphone-starting"]; // the microphone may still become available
// Codes after which the call does not reconnect; the room shows the reason.
const FINAL = ["removed", "ended", "not_live", "signed_out", "suspended", "blocked"];
/** @type {Record<string, string>} the notice that gives the reason, by error code */
const NOTICES = { full: "sound-full", no_node: "sound-away", timeout: "sound-away", unavailable: "sound-away" };

/** @typedef {import("./peer.js").Kind} Kind */

export class Call {
  /** @type {Peer | null} */
  peer = null;
  /** @type {Kind | null} */
  wanted = null;
  /** Whether another tab or device has the sound, until `resume`. */
  away = false;
  /** Why a person who may speak only listens: the code of a notice, or "". */
  microphoneProblem = "";
  /** @type {Peer | null} */
  #opening = null;
  /** @type {Promise<void> | null} */
  #connecting = null;
  #halted = false; // do not reconnect until the next request
  #retries = new Retries();
  #savesData = preference("dataSaver") === "1";
  #music = false;
  #options;

  /**
   * @param {{socket: import("../../lib/socket.js").ReconnectingSocket, sound: import("../sound/sound.js").Sound,
   *   microphone: import("../microphone/microphone.js").Microphone, signal: AbortSignal,
   *   onChange: () => void, setNotice: (code: string) => void}} options `setNotice`: shows a notice; "" removes it
   */
  constructor(options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => void this.want(null));
  }

  get up() {
    return this.peer?.alive ?? false;
  }

  /** Whether the person's voice can be sent now. */
  get speaking() {
    return this.up && this.peer?.kind === "speak";
  }

  /** Whether the person listens until the microphone is ready. */
  get awaitsMicrophone() {
    return AWAITED.includes(this.microphoneProblem);
  }

  /** @param {Kind | null} wanted @returns {Promise<void>} resolves when the call is connected, or cannot connect for now */
  want(wanted) {
    if (wanted !== "speak") this.microphoneProblem = "";
    if (wanted === null) this.away = this.#retries.wasConnected = false;
    this.wanted = wanted;
    return this.#connectNow();
  }

  /** Open the microphone again. */
  retryMicrophone() {
    this.microphoneProblem = "";
    return this.#connectNow();
  }

  /** Stop the sound, because another tab or device plays it. */
  handOver() {
    this.#hangUp();
    this.away = true;
    this.#options.setNotice("moved");
    this.#options.onChange();
  }

  /** Play the sound in this tab again. */
  resume() {
    this.away = false;
    return this.#connectNow();
  }

  /** Choose the data saver mix or the full mix, for this connection and later ones. @param {boolean} saves */
  async saveData(saves) {
    this.#savesData = saves;
    await this.#requestQuality(this.peer);
  }

  /** Send music or talk, on this connection and later ones. @param {boolean} music */
  async sendMusic(music) {
    this.#music = music;
    await Promise.all([this.peer, this.#opening].map((peer) => peer?.sendMusic(music)));
  }

  /** The microphone was lost: continue as a listener. @param {string} code */
  loseMicrophone(code) {
    this.microphoneProblem = code;
    return this.#connectNow();
  }

  /** Subscribe to the peer's events, because the socket has reconnected, perhaps to another process. */
  async socketReady() {
    const name = this.peer?.name;
    if (name) {
      try {
        await this.#options.socket.request({ t: "adopt", peer: name });
        void this.#requestQuality(this.peer).catch(() => undefined);
      } catch (error) {
        if (error instanceof ReplyError && error.code === "unknown_peer") this.peerGone(name, "lost");
      }
    }
    if (this.wanted) await this.#connectNow();
  }

  /** The node has closed a peer. @param {string} name @param {string} reason */
  peerGone(name, reason) {
    for (const peer of [this.peer, this.#opening]) if (peer?.name === name) peer.lose(reason);
  }

  /** The kind of peer that is needed now. */
  get #kind() {
    if (this.away) return null;
    return this.wanted === "speak" && this.microphoneProblem ? "listen" : this.wanted;
  }

  /** Whether a new peer is needed and can be opened now. */
  get #mustConnect() {
    const satisfied = this.#kind === null || (this.up && this.peer?.kind === this.#kind);
    return !satisfied && !this.#halted && this.#options.socket.ready;
  }

  /** Connect without a pause. @returns {Promise<void>} */
  #connectNow() {
    this.#retries.reset();
    return this.#connect();
  }

  /** @returns {Promise<void>} */
  #connect() {
    this.#halted = false;
    this.#retries.endPause();
    if (this.wanted === null) this.#hangUp();
    this.#connecting ??= this.#connectUntilSatisfied().finally(() => {
      this.#connecting = null;
      if (this.wanted !== "speak") this.#options.microphone.release(); // even if the microphone is still being opened
      this.#options.onChange();
      if (this.#mustConnect) void this.#connect(); // another kind was requested at the last moment
    });
    return this.#connecting;
  }

  async #connectUntilSatisfied() {
    while (this.#mustConnect) {
      if (!this.up && !this.#retries.areReported) this.#options.setNotice(this.#retries.wasConnected ? "reconnecting" : "connecting");
      this.#options.onChange();
      await this.#retries.pause();
      const kind = this.#kind;
      if (!this.#mustConnect || !kind) return; // another kind was requested meanwhile
      try {
        await this.#replacePeer(kind);
        if (this.up) this.#options.setNotice("");
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Make before break: the old peer plays until the new one carries packets. @param {Kind} kind */
  async #replacePeer(kind) {
    const { microphone, sound, socket } = this.#options;
    if (kind === "speak" && !(await this.#openMicrophone())) return;
    const onLost = (/** @type {Peer} */ lost, /** @type {string} */ code) => this.#lost(lost, code);
    const onFlow = (/** @type {boolean} */ flows) => this.#flowChanged(peer, flows);
    const peer = new Peer(kind, { request: (frame) => socket.request(frame), onFlow, onLost });
    this.#opening = peer;
    void peer.sendMusic(this.#music);
    try {
      await peer.open(microphone.stream);
    } catch (error) {
      this.#close(peer);
      throw error;
    } finally {
      this.#opening = null;
    }
    if (this.#kind !== kind) return this.#close(peer);
    const old = this.peer;
    this.peer = peer;
    this.#retries.connected();
    void this.#requestQuality(peer).catch(() => undefined); // `socketReady` requests it again
    if (peer.stream) await sound.switchTo(sound.load(peer.stream));
    if (old) this.#close(old);
  }

  /**
   * Open the microphone. Return false if that takes long, so that the person can listen meanwhile. Throws MicrophoneError.
   * @returns {Promise<boolean>}
   */
  async #openMicrophone() {
    const opening = this.#options.microphone.open().then(() => true);
    const late = new Promise((resolve) => setTimeout(() => resolve(false), MICROPHONE_TIMEOUT));
    if (await Promise.race([opening, late])) return this.#kind === "speak";
    const permission = await microphonePermission();
    if (this.#kind !== "speak") return false;
    this.microphoneProblem = permission?.state === "granted" ? "microphone-starting" : "microphone-asking";
    void opening.then(
      () => this.#microphoneOpened(""),
      (error) => this.#microphoneOpened(error instanceof MicrophoneError ? error.code : "microphone-busy"),
    );
    return false;
  }

  /** @param {string} code why the microphone could not be opened, or "" */
  #microphoneOpened(code) {
    if (!this.awaitsMicrophone) return;
    this.microphoneProblem = code === RELEASED ? "" : code; // a released microphone is opened again when it is needed
    void this.#connectNow();
    this.#options.onChange();
  }

  /** @param {Peer | null} peer */
  async #requestQuality(peer) {
    const quality = this.#savesData ? "saver" : "full";
    if (!peer?.name || peer.quality === quality) return;
    await this.#options.socket.request({ t: "quality", peer: peer.name, quality });
    peer.quality = quality;
  }

  /** @param {Peer} peer @param {boolean} flows */
  #flowChanged(peer, flows) {
    if (peer !== this.peer) return;
    this.#options.setNotice(flows ? "" : "reconnecting");
    if (!flows) this.#options.socket.checkNow(); // often the whole network is down
  }

  /** @param {Peer} lost @param {string} code */
  #lost(lost, code) {
    if (lost !== this.peer) return;
    this.#options.sound.stop();
    this.peer = null;
    if (code === "moved") this.handOver();
    else if (FINAL.includes(code)) this.#halt("");
    else {
      this.#retries.lost();
      void this.#connect();
    }
    this.#options.onChange();
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof MicrophoneError) {
      if (this.wanted === "speak" && error.code !== RELEASED) this.microphoneProblem = error.code;
      return;
    }
    const code = error instanceof ReplyError || error instanceof PeerError ? error.code : "audio-failed";
    if (code === CLOSED || !this.#options.socket.ready) return; // another kind was requested, or `socketReady` will connect
    if (code === "moved") return this.handOver();
    if (FINAL.includes(code)) return this.#halt("");
    if (code === "network-blocked") return this.#halt(code);
    this.#retries.failed();
    if (this.#retries.areReported) this.#options.setNotice(NOTICES[code] ?? "audio-failed");
  }

  /** @param {string} code the notice that gives the reason */
  #halt(code) {
    this.#halted = true;
    this.#options.setNotice(code);
  }

  #hangUp() {
    const { sound, microphone, setNotice } = this.#options;
    sound.stop();
    for (const peer of [this.peer, this.#opening]) if (peer) this.#close(peer);
    this.peer = null;
    microphone.release();
    setNotice("");
  }

  /** @param {Peer} peer */
  #close(peer) {
    if (peer.name) this.#options.socket.send({ t: "hangup", peer: peer.name });
    peer.close();
  }
}
