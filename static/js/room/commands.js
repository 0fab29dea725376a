/** HTTP requests of a page: commands (POST) and data (GET), with a timeout unless `keepalive` is set. */

const TIMEOUT = 15_000; // ms

/**
 * A request was refused or failed. `code` is the server's, or else "offline", "signed_out" or "http_" and the status; the
 * message is shown to the person.
 */
export class CommandError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Commands {
  #base;
  #container;
  #signal;

  /**
   * @param {string} base the Space's URL @param {import("../lib/parts.js").Container} container contains the CSRF token
   * @param {AbortSignal} signal
   */
  constructor(base, container, signal) {
    this.#base = base;
    this.#container = container;
    this.#signal = signal;
  }

  /**
   * @param {string} path relative to the Space's URL @param {[string, string][] | FormData} fields
   * @param {{keepalive?: boolean}} options `keepalive`: complete the request although the page is being closed
   */
  async post(path, fields = [], { keepalive = false } = {}) {
    await this.#send(path, fields, keepalive);
  }

  /** Like `post`, but return the response's JSON. @param {string} path @returns {Promise<any>} */
  async postForJson(path) {
    return (await this.#send(path)).json();
  }

  /** @param {string} path @param {[string, string][] | FormData} fields */
  #send(path, fields = [], keepalive = false) {
    const body = new URLSearchParams();
    for (const [name, value] of fields) if (typeof value === "string") body.append(name, value);
    return this.#fetch(path, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": this.#token() },
      keepalive,
      signal: keepalive ? null : this.#timeoutSignal(),
    });
  }

  /** @param {string} path @returns {Promise<any>} */
  async get(path) {
    const headers = { Accept: "application/json" };
    const response = await this.#fetch(path, { headers, signal: this.#timeoutSignal() });
    return response.json();
  }

  /** @param {string} path @param {RequestInit} init */
  async #fetch(path, init) {
    let response;
    try {
      response = await fetch(this.#base + path, { ...init, credentials: "same-origin", redirect: "manual" });
    } catch {
      throw new CommandError("offline", "That did not reach the server. Check your network and try again.");
    }
    if (response.type === "opaqueredirect") throw new CommandError("signed_out", "You are signed out. Sign in again.");
    if (!response.ok) throw await readRefusal(response);
    return response;
  }

  #timeoutSignal() {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT)]);
  }

  #token() {
    const field = this.#container.root.querySelector("input[name=csrfmiddlewaretoken]");
    return field instanceof HTMLInputElement ? field.value : "";
  }
}

/** @param {Response} response */
async function readRefusal(response) {
  try {
    const { code, message } = await response.json();
    return new CommandError(String(code), String(message));
  } catch {
    const message = response.status === 403 ? "This page is out of date. Reload it." : "Something went wrong. Try again in a moment.";
    return new CommandError(`http_${response.status}`, message);
  }
}
