/**
 * One peer connection to the audio node: to listen (the node offers) or to speak (we offer).
 * Open means media flows: ICE and DTLS are done and the first packets came.
 */
import { hearingStereo, wantingMusic } from "./stereo.js";

const CONNECT_WITHIN = 10_000; // ms; UDP that is let through takes a tenth of a second
const FIRST_PACKET_WITHIN = 2_000; // ms after connecting
const DISCONNECTED_FOR = 3_000; // ms; shorter dips mend themselves
const FLOW_EVERY = 1_000; // ms; the node sends 50 packets in that, of silence too

/** What `open` fails with when this page itself closes the peer: no reason that a node gives. */
export const CLOSED = "closed";

/** @type {RTCConfiguration} */
const CONFIGURATION = { bundlePolicy: "max-bundle" };

/** @typedef {"listen" | "speak"} Kind */

/** A connection that did not come about, or was lost; `code` as PeerGone's reason, network-blocked, or CLOSED. */
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
  /** What the node was asked to send on it. @type {"full" | "saver"} */
  quality = "full";
  /** @type {(code: string) => void} */
  #fail = () => undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #dip;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;
  #music = false; // what is wanted of the microphone
  #sendsMusic = false; // what was agreed on
  #renegotiating = Promise.resolve();
  #failed;
  #connection;
  #options;

  /**
   * @param {Kind} kind
   * @param {{ask: (frame: {t: string, [field: string]: any}) => Promise<{[field: string]: any}>,
   *   onFlow: (flows: boolean) => void, onLost: (peer: Peer, code: string) => void}} options
   *   `onFlow`: packets stopped coming, or come again, long before the browser calls it a loss
   */
  constructor(kind, options) {
    this.kind = kind;
    this.#options = options;
    this.#failed = new Promise((_, reject) => (this.#fail = (code) => reject(new PeerError(code))));
    this.#failed.catch(() => undefined); // it may fail when nobody waits any more
    this.#connection = new RTCPeerConnection(CONFIGURATION);
    this.#connection.onconnectionstatechange = () => this.#changed();
    this.#connection.ontrack = ({ track, streams }) => (this.stream = streams[0] ?? new MediaStream([track]));
  }

  /** @param {MediaStream | null} voice what to send, when it is to speak; throws PeerError, ReplyError */
  async open(voice) {
    await Promise.race([this.#negotiate(voice), this.#failed]);
    await Promise.race([this.#connected(), this.#failed]);
    this.alive = true;
    await Promise.race([this.#firstPacket(), this.#failed]);
    this.#watchFlow();
  }

  /** @param {MediaStreamTrack} track another microphone, without negotiating again */
  async replaceTrack(track) {
    for (const sender of this.#connection.getSenders()) await sender.replaceTrack(track);
  }

  /**
   * Send as music or as talk from now on. Only this browser needs to know: it negotiates with itself, by the node's
   * own words; the node takes both, and nothing is interrupted.
   * @param {boolean} music
   */
  sendMusic(music) {
    this.#music = music;
    this.#renegotiating = this.#renegotiating.then(async () => {
      const answer = this.#connection.remoteDescription;
      if (this.kind !== "speak" || !answer || this.#sendsMusic === this.#music) return;
      await this.#connection.setLocalDescription(await this.#offerVoice());
      await this.#acceptAnswer(answer.sdp);
    });
    return this.#renegotiating;
  }

  /** @param {string} code the node dropped it, or it is given up while opening */
  gone(code) {
    const wasAlive = this.alive;
    this.#fail(code); // before closing, which fails whoever waits for it with a code of its own
    this.close();
    if (wasAlive) this.#options.onLost(this, code);
  }

  close() {
    this.alive = false;
    clearTimeout(this.#dip);
    clearInterval(this.#watch);
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
    this.#fail(CLOSED);
  }

  stats() {
    return this.#connection.getStats();
  }

  /** @param {MediaStream | null} voice */
  async #negotiate(voice) {
    if (this.kind === "listen") return this.#answerOffer();
    for (const track of voice?.getTracks() ?? []) this.#connection.addTrack(track, /** @type {MediaStream} */ (voice));
    const offer = await this.#offerVoice();
    const { peer, sdp, ice_servers } = await this.#options.ask({ t: "speak", sdp: offer.sdp });
    this.name = peer;
    this.#reachBy(ice_servers);
    await this.#connection.setLocalDescription(offer);
    await this.#acceptAnswer(sdp);
  }

  /** @returns {Promise<RTCSessionDescriptionInit>} */
  async #offerVoice() {
    const { sdp } = await this.#connection.createOffer();
    return { type: "offer", sdp: hearingStereo(sdp ?? "") };
  }

  /** @param {string} sdp of the node */
  async #acceptAnswer(sdp) {
    this.#sendsMusic = this.#music;
    await this.#connection.setRemoteDescription({ type: "answer", sdp: wantingMusic(sdp, this.#music) });
  }

  async #answerOffer() {
    const { peer, sdp, ice_servers } = await this.#options.ask({ t: "listen" });
    this.name = peer;
    this.#reachBy(ice_servers);
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    const answer = await this.#connection.createAnswer();
    const hearing = hearingStereo(answer.sdp ?? "");
    await this.#connection.setLocalDescription({ type: "answer", sdp: hearing });
    await this.#options.ask({ t: "answer", peer, sdp: hearing });
  }

  /**
   * The relays that the server named for this connection. They count from the next gathering of candidates, which the
   * local description starts; their credentials are fresh each time, however long the page has been open.
   * @param {RTCIceServer[]} iceServers
   */
  #reachBy(iceServers = []) {
    // Firefox has it since version 119; an older one does without relays.
    if (iceServers.length) this.#connection.setConfiguration?.({ ...CONFIGURATION, iceServers });
  }

  /** @returns {Promise<void>} */
  #connected() {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail("network-blocked"), CONNECT_WITHIN);
      this.#failed.catch(() => clearTimeout(timer));
      const look = () => {
        if (this.#connection.connectionState !== "connected") return;
        clearTimeout(timer);
        this.#connection.removeEventListener("connectionstatechange", look);
        resolve();
      };
      this.#connection.addEventListener("connectionstatechange", look);
      look();
    });
  }

  /** A remote track is muted until its first packet (W3C WebRTC §5.3). @returns {Promise<void>} */
  #firstPacket() {
    const track = this.stream?.getAudioTracks()[0];
    if (!track?.muted) return Promise.resolve();
    return new Promise((resolve) => {
      setTimeout(resolve, FIRST_PACKET_WITHIN);
      track.addEventListener("unmute", () => resolve(), { once: true });
    });
  }

  #watchFlow() {
    let before = -1;
    let asked = performance.now();
    let flowing = true;
    this.#watch = setInterval(async () => {
      const since = performance.now() - asked;
      if (since < FLOW_EVERY / 2) return; // a page that was held up asks twice at once
      asked += since;
      const received = packetsReceived(await this.stats());
      const flows = received !== before;
      before = received;
      if (this.alive && flows !== flowing) this.#options.onFlow((flowing = flows));
    }, FLOW_EVERY);
  }

  #changed() {
    clearTimeout(this.#dip);
    const state = this.#connection.connectionState;
    if (state === "failed") this.gone(this.alive ? "failed" : "network-blocked");
    if (state === "disconnected") this.#dip = setTimeout(() => this.gone("lost"), DISCONNECTED_FOR);
  }
}

/** @param {RTCStatsReport} stats */
function packetsReceived(stats) {
  let sum = 0;
  stats.forEach((each) => (sum += each.type === "inbound-rtp" ? each.packetsReceived : 0));
  return sum;
}
