/** Reload the page after an update of the site, as soon as that does not interrupt the person. */

/** The same version as in spaces/room/events.py. */
export const PROTOCOL = 1;
const KEY = "spaces.protocol"; // the version for which this tab was reloaded

export class Update {
  #announced = PROTOCOL;
  #options;

  /** @param {{room: import("./room.js").Room, notices: import("./notices/notices.js").Notices}} options */
  constructor(options) {
    this.#options = options;
    options.room.renderWith(() => this.#reloadIfPossible());
  }

  /** @param {number} protocol the server's version */
  check(protocol) {
    this.#announced = protocol;
    this.#reloadIfPossible();
  }

  #reloadIfPossible() {
    if (!(this.#announced > PROTOCOL)) return;
    if (this.#isInterruptible() && this.#isFirstTry()) location.reload();
    else this.#options.notices.set("update", "outdated");
  }

  /** A reload would interrupt people on the stage, and lose text that is being written. */
  #isInterruptible() {
    const { room } = this.#options;
    return ["listener", "guest"].includes(room.role()) && !document.querySelector(":modal") && !isWriting();
  }

  /** Reload only once per version, since a cache may still return the old page. */
  #isFirstTry() {
    const version = String(this.#announced);
    try {
      if (sessionStorage.getItem(KEY) === version) return false;
      sessionStorage.setItem(KEY, version);
      return true;
    } catch {
      return false; // storage is refused: the person decides
    }
  }
}

function isWriting() {
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
  const fields = document.querySelectorAll("textarea, input[type=text], input[type=search]");
  return [...fields].some((field) => field.value !== field.defaultValue);
}
