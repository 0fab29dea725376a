/**
 * The Space as HLS: the same sound some seconds later, for listeners who can't have a peer connection. A call uses it like
 * a peer that only listens. Safari plays HLS itself; other browsers use the library hls.js, which is loaded only then.
 */
import { CLOSED, PeerError } from "./peer.js";

const HLS_TYPE = "application/vnd.apple.mpegurl";
const ASK_EVERY = 1_000; // ms, until the stream is ready
const READY_TIMEOUT = 30_000; // ms; the packager needs a few seconds for the first segment
const START_TIMEOUT = 15_000; // ms
const FLOW_EVERY = 1_000; // ms
const STALLED_FOR = 15; // times FLOW_EVERY without sound, after which the stream is lost
const BEHIND = 5; // s between the end of the newest segment and what is played
const MOST_BEHIND = BEHIND + 2; // s; hls.js then skips what it missed
const PAUSED_FOR = 15; // s; a browser that plays HLS itself may be 10 s behind, but is further behind after a pause
/** @type {Partial<import("hls.js").HlsConfig>} */
const CONFIGURATION = {
  enableWorker: false, // the content security policy allows no worker from a blob
  liveSyncDuration: BEHIND,
  liveMaxLatencyDuration: MOST_BEHIND,
  lowLatencyMode: true, // a player that is late plays a little faster
  maxLiveSyncPlaybackRate: 1.1,
  backBufferLength: 10, // s
};

/** @typedef {import("hls.js").default} Hls */

/** Return whether this browser can play HLS. @param {string} library the address of hls.js, or "" if the site has none */
export function canPlayDelayedSound(library) {
  return playsItself(library) || (library !== "" && hasMediaSource());
}

export class DelayedSound {
  /** @type {"delayed"} */
  kind = "delayed";
  name = ""; // the node has no peer
  alive = false;
  element = new Audio();
  /** @type {Hls | null} */
  #hls = null;
  /** @type {(code: string) => void} */
  #fail = () => undefined;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;
  #failed;
  #isClosed = false;
  #options;

  /**
   * @param {{request: (frame: {t: string, [field: string]: any}) => Promise<{[field: string]: any}>, library: string,
   *   onFlow: (flows: boolean) => void, onLost: (sound: DelayedSound, code: string) => void}} options as for a peer
   */
  constructor(options) {
    this.#options = options;
    this.#failed = new Promise((_, reject) => (this.#fail = (code) => reject(new PeerError(code))));
    this.#failed.catch(() => undefined); // avoid an unhandled rejection when nothing awaits it
    this.element.muted = true;
  }

  /** The sound that is played. */
  get source() {
    return this.element;
  }

  /** Throws PeerError and ReplyError. */
  async open() {
    const url = await Promise.race([this.#address(), this.#failed]);
    await Promise.race([this.#start(url), this.#failed]);
    this.alive = true;
    this.#watchFlow();
  }

  /** Let the socket that is open now know that this page has the sound. */
  async adopt() {
    await this.#options.request({ t: "hls" });
  }

  // A listener sends nothing.
  async replaceTrack() {}
  async sendMusic() {}

  /** Play what was downloaded already, because there will be nothing new. @returns {Promise<void>} resolves when it has been played */
  async playRest() {
    const { element } = this;
    this.#hls?.stopLoad(); // the next download would fail
    const played = new Promise((resolve) => {
      for (const event of ["waiting", "ended", "pause"]) element.addEventListener(event, resolve, { once: true });
    });
    const longEnough = new Promise((resolve) => setTimeout(resolve, MOST_BEHIND * 1_000));
    await Promise.race([played, longEnough, this.#failed.catch(() => undefined)]);
  }

  /** @param {string} code */
  lose(code) {
    const wasAlive = this.alive;
    this.#fail(code); // before `close`, which would fail with another code
    this.close();
    if (wasAlive) this.#options.onLost(this, code);
  }

  close() {
    this.alive = false;
    this.#isClosed = true;
    clearInterval(this.#watch);
    this.#hls?.destroy();
    this.#hls = null;
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load(); // stops the download of a source that the browser plays itself
    this.#fail(CLOSED);
  }

  /** Ask for the stream until it is ready. @returns {Promise<string>} the address of its playlist */
  async #address() {
    const giveUpAt = performance.now() + READY_TIMEOUT;
    while (!this.#isClosed && performance.now() < giveUpAt) {
      const { url, ready } = await this.#options.request({ t: "hls" });
      if (ready) return url;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    }
    throw new PeerError("timeout");
  }

  /** @param {string} url @returns {Promise<void>} resolves when the first sound can be played */
  async #start(url) {
    const { element } = this;
    const started = new Promise((resolve) => element.addEventListener("canplay", resolve, { once: true }));
    const timer = setTimeout(() => this.#fail("timeout"), START_TIMEOUT);
    this.#failed.catch(() => clearTimeout(timer));
    if (playsItself(this.#options.library)) this.#playItself(url);
    else await this.#playWithLibrary(url);
    void element.play().catch(() => undefined); // silent until it is audible; some browsers load nothing before
    await started;
    clearTimeout(timer);
  }

  /** @param {string} url */
  #playItself(url) {
    this.element.addEventListener("error", () => this.lose("lost"));
    this.element.src = url;
  }

  /** @param {string} url */
  async #playWithLibrary(url) {
    const { default: Library } = await import(this.#options.library);
    if (this.#isClosed) return;
    /** @type {Hls} */
    const hls = (this.#hls = new Library(CONFIGURATION));
    hls.on(Library.Events.ERROR, (/** @type {string} */ _, /** @type {{fatal: boolean}} */ error) => {
      if (error.fatal) this.lose("lost"); // the call connects again, with another address
    });
    hls.attachMedia(this.element);
    hls.loadSource(url);
  }

  #watchFlow() {
    const { element } = this;
    let before = -1;
    let checkedAt = performance.now();
    let stalled = 0; // times that nothing was played
    this.#watch = setInterval(() => {
      const since = performance.now() - checkedAt;
      if (since < FLOW_EVERY / 2) return; // timers of a page that was blocked may fire twice in a row
      checkedAt += since;
      const flowed = !stalled;
      stalled = element.paused || element.currentTime !== before ? 0 : stalled + 1;
      before = element.currentTime;
      if (stalled >= STALLED_FOR) this.lose("lost");
      else if (flowed !== !stalled) this.#options.onFlow(!stalled);
      if (!this.#hls) skipToNow(element);
    }, FLOW_EVERY);
  }
}

/**
 * Skip what was missed in a pause, after which a browser that plays HLS itself continues where it stopped. hls.js skips it.
 * @param {HTMLAudioElement} element
 */
function skipToNow(element) {
  const { seekable, currentTime, paused } = element;
  const end = seekable.length ? seekable.end(seekable.length - 1) : 0;
  if (!paused && end - currentTime > PAUSED_FOR) element.currentTime = end - BEHIND;
}

function hasMediaSource() {
  return "MediaSource" in window;
}

/**
 * Safari plays HLS well, and on iPhones it has no MediaSource. Chromium also says that it plays HLS, but hls.js stays
 * closer to the live sound.
 * @param {string} library
 */
function playsItself(library) {
  const isSafari = "WebKitPlaybackTargetAvailabilityEvent" in window;
  return (isSafari || !library || !hasMediaSource()) && new Audio().canPlayType(HLS_TYPE) !== "";
}
