/** The site was updated while this page was open: it loads itself again as soon as that disturbs nobody. */

/** As in spaces/room/events.py. */
export const PROTOCOL = 1;
const KEY = "spaces.protocol"; // the version for which this tab has loaded itself again

export class Update {
  #announced = PROTOCOL;
  #options;

  /** @param {{room: import("./room.js").Room, notices: import("./notices/notices.js").Notices}} options */
  constructor(options) {
    this.#options = options;
    options.room.paintWith(() => this.#follow());
  }

  /** @param {number} protocol that the server speaks */
  hear(protocol) {
    this.#announced = protocol;
    this.#follow();
  }

  #follow() {
    if (!(this.#announced > PROTOCOL)) return;
    if (this.#disturbsNobody() && this.#isFirstTry()) location.reload();
    else this.#options.notices.set("update", "outdated");
  }

  /** Whoever is on the stage would be cut off in mid-sentence, and whoever writes would lose their words. */
  #disturbsNobody() {
    const { room } = this.#options;
    return ["listener", "guest"].includes(room.role()) && !document.querySelector(":modal") && !isWriting();
  }

  /** Loading it again does not help where a cache still hands out the old page: once is enough. */
  #isFirstTry() {
    const version = String(this.#announced);
    try {
      if (sessionStorage.getItem(KEY) === version) return false;
      sessionStorage.setItem(KEY, version);
      return true;
    } catch {
      return false; // storage is blocked: the person decides
    }
  }
}

function isWriting() {
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
  const fields = document.querySelectorAll("textarea, input[type=text], input[type=search]");
  return [...fields].some((field) => field.value !== field.defaultValue);
}
