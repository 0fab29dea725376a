/**
 * A WebSocket of the page (docs/protocol.md): requests with replies, a heartbeat that detects a dead connection, and
 * reconnection after every loss.
 */

const HEARTBEAT_EVERY = 20_000; // ms
const HEARTBEAT_TIMEOUT = 8_000; // ms to wait for any frame after a heartbeat
const CHECK_TIMEOUT = 3_000; // ms, used when the connection may be dead
const REPLY_TIMEOUT = 10_000; // ms
const BACKOFF_FIRST = 500; // ms
const BACKOFF_MAX = 30_000; // ms
const LONG_WAIT = 4_000; // ms; a process that was killed restarts sooner
const STABLE_AFTER = 10_000; // ms; a connection that is lost sooner counts as a failed attempt
const FINAL_CODES = [4401, 4403, 4404, 4409]; // signed out, refused, no such Space, replaced by a newer tab: do not reconnect
const FULL = 4429; // too many sockets, from this network or in total
const TRY_AGAIN_LATER = 1013; // sent by proxies
const BUSY_CODES = [4408, FULL, TRY_AGAIN_LATER]; // too many sockets or messages; reconnecting soon would make it worse
const BUSY_WAIT = 30_000; // ms at most, and at least half of this

/** @typedef {{t: string, [field: string]: any}} Frame */

/** A request was refused, or got no reply (`lost`, `timeout`). */
export class ReplyError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class ReconnectingSocket {
  /** @type {WebSocket | null} */
  #webSocket = null;
  /** @type {Map<number, {resolve: (frame: Frame) => void, reject: (error: ReplyError) => void}>} */
  #requests = new Map();
  #ref = 0;
  #failures = 0;
  #lastFrameAt = 0;
  #readySince = 0; // ms of performance.now()
  #wanted = false;
  #ready = false;
  #busy = false; // waiting after one of BUSY_CODES
  #refusal = { code: "refused", message: "" };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #heartbeat;
  #options;

  /**
   * @param {{path: string, signal: AbortSignal, onFrame: (frame: Frame) => void,
   *   onReady: () => void, onLost: (full: boolean, isLong: boolean) => void, onRefused: (code: string, message: string) => void}} options
   *   `onReady`: `hello` was received; `onLost`: the socket will reconnect; `full`: too many sockets are open;
   *   `isLong`: it has failed so often that it waits for long; `onRefused`: the socket won't reconnect
   */
  constructor(options) {
    this.#options = options;
    const { signal } = options;
    signal.addEventListener("abort", () => this.close());
    for (const change of ["online", "offline"]) window.addEventListener(change, () => this.checkNow(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.checkNow(), { signal });
  }

  /** Whether `hello` was received and frames can be sent. */
  get ready() {
    return this.#ready;
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** @param {Frame} frame @returns {boolean} whether the frame was sent */
  send(frame) {
    if (!this.#ready || !this.#webSocket) return false;
    this.#webSocket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {Frame} frame @returns {Promise<Frame>} the reply; throws ReplyError */
  request(frame) {
    const ref = (this.#ref += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#requests.delete(ref);
        reject(new ReplyError("timeout", "The server did not answer in time."));
      }, REPLY_TIMEOUT);
      const done = () => clearTimeout(timer);
      this.#requests.set(ref, {
        resolve: (reply) => (done(), resolve(reply)),
        reject: (error) => (done(), reject(error)),
      });
      if (!this.send({ ...frame, ref })) this.#settle({ t: "reply", ref, code: "lost", message: "Not connected." });
    });
  }

  #connect() {
    this.#busy = false;
    const url = new URL(this.#options.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const webSocket = new WebSocket(url);
    this.#webSocket = webSocket;
    webSocket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    webSocket.onclose = ({ code }) => this.#closed(code);
    this.#scheduleHeartbeat();
  }

  /** @param {Frame} frame */
  #receive(frame) {
    this.#lastFrameAt = performance.now();
    if (frame.t === "reply") this.#settle(frame);
    if (frame.t === "refused") this.#refusal = { code: frame.code, message: frame.message };
    if (frame.t === "hello") {
      this.#readySince = this.#lastFrameAt;
      this.#ready = true;
    }
    this.#options.onFrame(frame);
    if (frame.t === "hello") this.#options.onReady();
  }

  /** @param {Frame} reply */
  #settle(reply) {
    const request = this.#requests.get(reply.ref);
    this.#requests.delete(reply.ref);
    if (!request) return;
    if (reply.code) request.reject(new ReplyError(reply.code, reply.message));
    else request.resolve(reply);
  }

  /** @param {number} code */
  #closed(code) {
    if (this.#ready && performance.now() - this.#readySince >= STABLE_AFTER) this.#failures = 0;
    this.#drop();
    if (!this.#wanted) return;
    if (FINAL_CODES.includes(code)) {
      this.#wanted = false;
      this.#options.onRefused(this.#refusal.code, this.#refusal.message);
      return;
    }
    const backoff = Math.min(BACKOFF_MAX, BACKOFF_FIRST * 2 ** this.#failures);
    const wait = BUSY_CODES.includes(code) ? BUSY_WAIT : backoff;
    this.#failures += 1;
    this.#busy = BUSY_CODES.includes(code);
    this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
    this.#options.onLost(code === FULL, backoff > LONG_WAIT);
  }

  /** Check at once whether the connection is alive, because the network changed, the phone woke up or the person tapped. */
  checkNow() {
    if (!this.#wanted) return;
    if (this.#ready) return this.#checkAlive(CHECK_TIMEOUT);
    if (this.#webSocket) return this.#checkAlive(HEARTBEAT_TIMEOUT); // if the phone slept meanwhile, opening may hang forever
    if (this.#busy) return;
    this.#failures = 0;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** A connection may die silently, so some frame must arrive after each heartbeat. */
  #scheduleHeartbeat() {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => this.#checkAlive(HEARTBEAT_TIMEOUT), HEARTBEAT_EVERY - HEARTBEAT_TIMEOUT);
  }

  /** @param {number} timeout ms */
  #checkAlive(timeout) {
    clearTimeout(this.#heartbeat);
    const sentAt = performance.now();
    this.send({ t: "beat" });
    this.#heartbeat = setTimeout(() => {
      if (this.#lastFrameAt >= sentAt) this.#scheduleHeartbeat();
      else this.#closed(0);
    }, timeout);
  }

  #drop() {
    clearTimeout(this.#heartbeat);
    this.#ready = false;
    if (this.#webSocket) {
      this.#webSocket.onmessage = this.#webSocket.onclose = null;
      this.#webSocket.close();
      this.#webSocket = null;
    }
    for (const ref of [...this.#requests.keys()]) this.#settle({ t: "reply", ref, code: "lost", message: "The connection was lost." });
  }
}
