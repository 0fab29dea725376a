/**
 * This page's connection to the room's sound. Other modules set whether the page is to listen, to speak or neither, and
 * the call connects accordingly, as often as necessary: a new peer connection replaces the old one only once it carries
 * sound, and a lost connection is replaced.
 */
import { MicrophoneError, RELEASED } from "../microphone/microphone.js";
import { microphonePermission } from "../microphone/microphone-permission.js";
import { DelayedSound, canPlayDelayedSound } from "./delayed-sound.js";
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
// Codes after which a listener gets the sound as HLS, some seconds later.
const DELAY_AFTER = ["full", "network-blocked"];
const AUDIENCE = "audience"; // why it is delayed although no peer has failed

/** @typedef {import("./peer.js").Kind} Kind */

export class Call {
  /** @type {Peer | DelayedSound | null} */
  peer = null;
  /** @type {Kind | null} */
  wanted = null;
  /** Whether another tab or device has the sound, until `resume`. */
  away = false;
  /** Why a person who may speak only listens: the code of a notice, or "". */
  microphoneProblem = "";
  /** @type {Peer | DelayedSound | null} */
  #opening = null;
  /** @type {Promise<void> | null} */
  #connecting = null;
  /** Why a listener gets delayed sound: the code with which a peer failed, AUDIENCE, or "". */
  #delayedBy = "";
  #prefersLive = false;
  #halted = false; // do not reconnect until the next request
  #retries = new Retries();
  #savesData = preference("dataSaver") === "1";
  #music = false;
  #options;

  /**
   * @param {{socket: import("../../lib/socket.js").ReconnectingSocket, sound: import("../sound/sound.js").Sound,
   *   microphone: import("../microphone/microphone.js").Microphone, library: string, isVeryLarge: () => boolean,
   *   signal: AbortSignal, onChange: () => void, setNotice: (code: string) => void}} options
   *   `library`: the address of hls.js, or ""; `isVeryLarge`: whether a new listener starts with delayed sound;
   *   `setNotice`: shows a notice; "" removes it
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

  /** Whether the person hears what was said some seconds ago. */
  get delayed() {
    return this.up && this.peer?.kind === "delayed";
  }

  /** Why the sound is delayed: "full" or "network-blocked", with which a peer failed, or "audience". */
  get delayedBy() {
    return this.#delayedBy;
  }

  /** Whether the person listens until the microphone is ready. */
  get awaitsMicrophone() {
    return AWAITED.includes(this.microphoneProblem);
  }

  /** @param {Kind | null} wanted @returns {Promise<void>} resolves when the call is connected, or cannot connect for now */
  want(wanted) {
    if (wanted !== "speak") this.microphoneProblem = "";
    if (wanted === null) this.away = this.#retries.wasConnected = false;
    if (wanted !== "listen") this.#delayedBy = "";
    else if (this.wanted === null && this.#startsDelayed) this.#delayedBy = AUDIENCE;
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

  /** Try once to get live sound instead of delayed sound, when a person begins to prefer it. @param {boolean} prefers */
  preferLive(prefers) {
    const begins = prefers && !this.#prefersLive;
    this.#prefersLive = prefers;
    if (begins && this.#delayedBy && !this.away) void this.resume();
  }

  /** Play the sound in this tab again, and live if possible. */
  resume() {
    this.away = false;
    this.#delayedBy = "";
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
    const { peer } = this;
    try {
      await peer?.adopt();
      void this.#requestQuality(peer).catch(() => undefined);
    } catch (error) {
      if (error instanceof ReplyError && error.code === "unknown_peer") peer?.lose("lost");
    }
    if (this.wanted) await this.#connectNow();
  }

  /** The Space has ended: play what a delayed listener has not heard yet. @returns {Promise<void>} resolves at once if the sound is live */
  async playRest() {
    if (!(this.peer instanceof DelayedSound)) return;
    this.#options.setNotice("last-seconds");
    await this.peer.playRest();
  }

  /** The node has closed a peer. @param {string} name @param {string} reason */
  peerGone(name, reason) {
    for (const peer of [this.peer, this.#opening]) if (peer?.name === name) peer.lose(reason);
  }

  /** The kind of connection that is needed now. @returns {Kind | "delayed" | null} */
  get #kind() {
    if (this.away) return null;
    if (this.wanted === "listen" && this.#delayedBy) return "delayed";
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
    if (this.#opening?.kind === "delayed" && this.#kind !== "delayed") this.#opening.close(); // it takes seconds to open
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
      if (this.delayed) this.#options.setNotice("trying-live");
      else if (!this.up && !this.#retries.areReported) this.#options.setNotice(this.#retries.wasConnected ? "reconnecting" : "connecting");
      this.#options.onChange();
      await this.#retries.pause();
      const kind = this.#kind;
      if (!this.#mustConnect || !kind) return; // another kind was requested meanwhile
      try {
        await this.#replacePeer(kind);
        if (this.up) this.#options.setNotice("");
      } catch (error) {
        this.#failed(error, kind);
      }
    }
  }

  /** Make before break: the old peer plays until the new one carries sound. @param {Kind | "delayed"} kind */
  async #replacePeer(kind) {
    const { microphone, sound, socket } = this.#options;
    if (kind === "speak" && !(await this.#openMicrophone())) return;
    const options = {
      request: (/** @type {{t: string}} */ frame) => socket.request(frame),
      onFlow: (/** @type {boolean} */ flows) => this.#flowChanged(peer, flows),
      onLost: (/** @type {Peer | DelayedSound} */ lost, /** @type {string} */ code) => this.#lost(lost, code),
    };
    const peer = kind === "delayed" ? new DelayedSound({ ...options, library: this.#options.library }) : new Peer(kind, options);
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
    if (peer.source) await sound.switchTo(sound.load(peer.source));
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

  /** @param {Peer | DelayedSound | null} peer */
  async #requestQuality(peer) {
    const quality = this.#savesData ? "saver" : "full";
    if (!(peer instanceof Peer) || !peer.name || peer.quality === quality) return;
    await this.#options.socket.request({ t: "quality", peer: peer.name, quality });
    peer.quality = quality;
  }

  /** @param {Peer | DelayedSound} peer @param {boolean} flows */
  #flowChanged(peer, flows) {
    if (peer !== this.peer) return;
    this.#options.setNotice(flows ? "" : "reconnecting");
    if (!flows) this.#options.socket.checkNow(); // often the whole network is down
  }

  /** @param {Peer | DelayedSound} lost @param {string} code */
  #lost(lost, code) {
    if (lost !== this.peer) return;
    this.#options.sound.stop();
    this.peer = null;
    if (code === "moved") this.handOver();
    else if (FINAL.includes(code)) this.#halt("");
    else {
      if (this.#mustDelay(lost.kind, code)) this.#delayedBy = code;
      this.#retries.lost();
      void this.#connect();
    }
    this.#options.onChange();
  }

  /** @param {unknown} error @param {Kind | "delayed"} kind */
  #failed(error, kind) {
    if (error instanceof MicrophoneError) {
      if (this.wanted === "speak" && error.code !== RELEASED) this.microphoneProblem = error.code;
      return;
    }
    let code = error instanceof ReplyError || error instanceof PeerError ? error.code : "audio-failed";
    if (code === CLOSED || !this.#options.socket.ready) return; // another kind was requested, or `socketReady` will connect
    if (code === "moved") return this.handOver();
    if (FINAL.includes(code)) return this.#halt("");
    if (this.#mustDelay(kind, code)) {
      this.#delayedBy = code; // which is connected next, unless it plays already
      if (this.delayed) this.#options.setNotice("");
      return;
    }
    if (code === "network-blocked") return this.#halt(code);
    this.#retries.failed();
    if (kind === "delayed" && (code === "no_hls" || this.#delayedBy === AUDIENCE || this.#retries.areReported)) {
      code = this.#delayedBy; // report why there is no live sound, and try to get it
      this.#delayedBy = "";
      if (code === "network-blocked") return this.#halt(code);
    }
    if (this.#retries.areReported) this.#options.setNotice(NOTICES[code] ?? "audio-failed");
  }

  get #startsDelayed() {
    const { isVeryLarge, library } = this.#options;
    return isVeryLarge() && !this.#prefersLive && canPlayDelayedSound(library);
  }

  /** Whether to go on with delayed sound after a peer of this kind has failed. @param {Kind | "delayed"} kind @param {string} code */
  #mustDelay(kind, code) {
    const { library } = this.#options;
    return kind === "listen" && this.wanted === "listen" && DELAY_AFTER.includes(code) && canPlayDelayedSound(library);
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

  /** @param {Peer | DelayedSound} peer */
  #close(peer) {
    if (peer.name) this.#options.socket.send({ t: "hangup", peer: peer.name });
    peer.close();
  }
}
