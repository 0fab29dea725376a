/**
 * One peer connection to the audio node. If this page only listens, the node sends the offer; if it speaks, the page does.
 * The connection is open once ICE and DTLS are complete, and the first packet has arrived or two seconds have passed.
 */
import { receivingStereo, sendingMusic } from "./stereo.js";

const CONNECT_TIMEOUT = 10_000; // ms; in a network that allows UDP, connecting takes 100 ms
const FIRST_PACKET_TIMEOUT = 2_000; // ms after connecting
const DISCONNECTED_FOR = 3_000; // ms; shorter interruptions recover by themselves
const FLOW_EVERY = 1_000; // ms; the node sends 50 packets per second, and one every 400 ms in silence

/** The code with which `open` fails if this page closes the peer itself; the node never gives it as a reason. */
export const CLOSED = "closed";

/** @type {RTCConfiguration} */
const CONFIGURATION = { bundlePolicy: "max-bundle" };

/** @typedef {"listen" | "speak"} Kind */

/** A connection failed or was lost; `code` is the reason in the frame `peer_gone`, "network-blocked" or CLOSED. */
export class PeerError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class Peer {
  name = "";
  /** @type {MediaStream | null} */
  stream = null;
  alive = false;
  /** The quality requested from the node. @type {"full" | "saver"} */
  quality = "full";
  /** @type {(code: string) => void} */
  #fail = () => undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #disconnectedTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;
  #music = false; // whether to send music
  #sendsMusic = false; // whether music is negotiated
  #renegotiating = Promise.resolve();
  #failed;
  #connection;
  #options;

  /**
   * @param {Kind} kind
   * @param {{request: (frame: {t: string, [field: string]: any}) => Promise<{[field: string]: any}>,
   *   onFlow: (flows: boolean) => void, onLost: (peer: Peer, code: string) => void}} options
   *   `onFlow`: packets stopped or resumed; detected long before the browser reports a loss
   */
  constructor(kind, options) {
    this.kind = kind;
    this.#options = options;
    this.#failed = new Promise((_, reject) => (this.#fail = (code) => reject(new PeerError(code))));
    this.#failed.catch(() => undefined); // avoid an unhandled rejection when nothing awaits it
    this.#connection = new RTCPeerConnection(CONFIGURATION);
    this.#connection.onconnectionstatechange = () => this.#stateChanged();
    this.#connection.ontrack = ({ track, streams }) => (this.stream = streams[0] ?? new MediaStream([track]));
  }

  /** @param {MediaStream | null} voice the microphone, if the peer is to speak; throws PeerError and ReplyError */
  async open(voice) {
    await Promise.race([this.#negotiate(voice), this.#failed]);
    await Promise.race([this.#connected(), this.#failed]);
    this.alive = true;
    await Promise.race([this.#firstPacket(), this.#failed]);
    this.#watchFlow();
  }

  /** Send another microphone without renegotiation. @param {MediaStreamTrack} track */
  async replaceTrack(track) {
    for (const sender of this.#connection.getSenders()) await sender.replaceTrack(track);
  }

  /**
   * Send as music or as talk from now on. Only this browser renegotiates, with an edited copy of the node's answer: the
   * node accepts both, and nothing is interrupted.
   * @param {boolean} music
   */
  sendMusic(music) {
    this.#music = music;
    this.#renegotiating = this.#renegotiating.then(async () => {
      const answer = this.#connection.remoteDescription;
      if (this.kind !== "speak" || !answer || this.#sendsMusic === this.#music) return;
      await this.#connection.setLocalDescription(await this.#createOffer());
      await this.#acceptAnswer(answer.sdp);
    });
    return this.#renegotiating;
  }

  /** End the attempt to open the peer, or report that an open peer is lost. @param {string} code */
  lose(code) {
    const wasAlive = this.alive;
    this.#fail(code); // before `close`, which would fail with another code
    this.close();
    if (wasAlive) this.#options.onLost(this, code);
  }

  close() {
    this.alive = false;
    clearTimeout(this.#disconnectedTimer);
    clearInterval(this.#watch);
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
    this.#fail(CLOSED);
  }

  /** The sound that is received. */
  get source() {
    return this.stream;
  }

  /** Let the socket that is open now receive this peer's events. */
  async adopt() {
    await this.#options.request({ t: "adopt", peer: this.name });
  }

  stats() {
    return this.#connection.getStats();
  }

  /** @param {MediaStream | null} voice */
  async #negotiate(voice) {
    if (this.kind === "listen") return this.#answerOffer();
    for (const track of voice?.getTracks() ?? []) this.#connection.addTrack(track, /** @type {MediaStream} */ (voice));
    const offer = await this.#createOffer();
    const { peer, sdp, ice_servers } = await this.#options.request({ t: "speak", sdp: offer.sdp });
    this.name = peer;
    this.#setIceServers(ice_servers);
    await this.#connection.setLocalDescription(offer);
    await this.#acceptAnswer(sdp);
  }

  /** @returns {Promise<RTCSessionDescriptionInit>} */
  async #createOffer() {
    const { sdp } = await this.#connection.createOffer();
    return { type: "offer", sdp: receivingStereo(sdp ?? "") };
  }

  /** @param {string} sdp the node's answer */
  async #acceptAnswer(sdp) {
    this.#sendsMusic = this.#music;
    await this.#connection.setRemoteDescription({ type: "answer", sdp: sendingMusic(sdp, this.#music) });
  }

  async #answerOffer() {
    const { peer, sdp, ice_servers } = await this.#options.request({ t: "listen" });
    this.name = peer;
    this.#setIceServers(ice_servers);
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    const answer = await this.#connection.createAnswer();
    const stereo = receivingStereo(answer.sdp ?? "");
    await this.#connection.setLocalDescription({ type: "answer", sdp: stereo });
    await this.#options.request({ t: "answer", peer, sdp: stereo });
  }

  /**
   * Set the relays that the server named for this connection. They take effect when candidates are gathered next, which
   * starts when the local description is set. The credentials are new for each connection, so they work however long the
   * page has been open.
   * @param {RTCIceServer[]} iceServers
   */
  #setIceServers(iceServers = []) {
    // Firefox supports this since version 119; older versions get no relays.
    if (iceServers.length) this.#connection.setConfiguration?.({ ...CONFIGURATION, iceServers });
  }

  /** @returns {Promise<void>} */
  #connected() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail("network-blocked"), CONNECT_TIMEOUT);
      this.#failed.catch(() => clearTimeout(timer));
      const check = () => {
        if (this.#connection.connectionState !== "connected") return;
        clearTimeout(timer);
        this.#connection.removeEventListener("connectionstatechange", check);
        resolve();
      };
      this.#connection.addEventListener("connectionstatechange", check);
      check();
    });
  }

  /** A remote track is muted until its first packet (W3C WebRTC, section 5.3). @returns {Promise<void>} */
  #firstPacket() {
    const track = this.stream?.getAudioTracks()[0];
    if (!track?.muted) return Promise.resolve();
    return new Promise((resolve) => {
      setTimeout(resolve, FIRST_PACKET_TIMEOUT);
      track.addEventListener("unmute", () => resolve(), { once: true });
    });
  }

  #watchFlow() {
    let before = -1;
    let checkedAt = performance.now();
    let flowing = true;
    this.#watch = setInterval(async () => {
      const since = performance.now() - checkedAt;
      if (since < FLOW_EVERY / 2) return; // timers of a page that was blocked may fire twice in a row
      checkedAt += since;
      const received = packetsReceived(await this.stats());
      const flows = received !== before;
      before = received;
      if (this.alive && flows !== flowing) this.#options.onFlow((flowing = flows));
    }, FLOW_EVERY);
  }

  #stateChanged() {
    clearTimeout(this.#disconnectedTimer);
    const state = this.#connection.connectionState;
    if (state === "failed") this.lose(this.alive ? "failed" : "network-blocked");
    if (state === "disconnected") this.#disconnectedTimer = setTimeout(() => this.lose("lost"), DISCONNECTED_FOR);
  }
}

/** @param {RTCStatsReport} stats */
function packetsReceived(stats) {
  let sum = 0;
  stats.forEach((each) => (sum += each.type === "inbound-rtp" ? each.packetsReceived : 0));
  return sum;
}
