/** The moderation log: who did what to whom, when and why. It is fetched each time it is opened. */
import { isolated, setUserText } from "../chat/links.js";
import { cloneTemplate, dialog, part } from "../../lib/parts.js";

/**
 * @typedef {import("../room-state.js").Person} Person
 * @typedef {{at: string, kind: string, by: Person | null, whom: Person | null, note: string,
 *   payload: Record<string, any>}} Entry
 */
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** @param {HTMLElement} root @param {() => Promise<{log: Entry[]}>} fetchLog */
export async function openLog(root, fetchLog) {
  const { log } = await fetchLog();
  const lines = log.map((entry) => {
    const line = cloneTemplate(root, "log-line");
    setUserText(line, "log-text", describe(entry));
    const time = /** @type {HTMLTimeElement} */ (part(line, "log-time"));
    time.dateTime = entry.at;
    time.textContent = clock.format(new Date(entry.at));
    return line;
  });
  part(root, "log-list").replaceChildren(...lines);
  part(root, "log-empty").hidden = lines.length > 0;
  dialog(root, "log-sheet").showModal();
}

/** @param {Entry} entry @returns {string} "Ana removed Gus · Shouting" */
function describe({ kind, by, whom, note, payload }) {
  const target = whom ? isolated(whom.name) : "someone";
  const actor = by ? isolated(by.name) : "Spaces";
  return [describeAction(kind, actor, target, payload), isolated(note)].filter(Boolean).join(" · ");
}

/** @param {string} kind @param {string} who @param {string} whom @param {Record<string, any>} payload */
function describeAction(kind, who, whom, payload) {
  switch (kind) {
    case "removed":
      return `${who} removed ${whom}`;
    case "readmitted":
      return `${who} let ${whom} back in`;
    case "muted_all":
      return `${who} muted everyone`;
    case "microphone":
      return `${who} muted ${whom}`;
    case "microphones_locked":
      return `${who} ${payload.locked ? "locked" : "unlocked"} the microphones`;
    case "music_mode":
      return `${who} turned music mode ${payload.on ? "on" : "off"}`;
    case "stage_left":
      return `${who} moved ${whom} to the listeners`;
    case "hand":
      return `${who} lowered the hand of ${whom}`;
    case "unrequested":
      return `${who} ${payload.outcome} the request of ${whom}`;
    case "uninvited":
      return `${who} withdrew the invitation of ${whom}`;
    case "role_changed":
      return `${whom} became ${payload.role === "cohost" ? "co-host" : "a speaker"}`;
    case "host_changed":
      return `${whom} became host`;
    case "message_deleted":
      return payload.by === payload.who ? `${who} deleted their own message` : `${who} deleted a message of ${whom}`;
    case "unpinned":
      return `${who} unpinned what ${whom} had pinned`;
    case "chat_mode":
      return `${who} ${describeMode(payload)}`;
    case "details":
      return `${who} changed the title or topics: ${isolated(payload.title)}`;
    case "open_to_guests":
      return `${who} ${payload.open ? "opened the Space to guests" : "closed the Space to guests"}`;
    case "ended":
      return `${who} ended the Space`;
    default:
      return `${who}: ${kind}`;
  }
}

/** @param {Record<string, any>} payload of chat_mode */
function describeMode({ paused, slow_mode: slow }) {
  if (paused) return "paused the chat";
  return slow ? `set the chat to one message in ${slow} s` : "opened the chat";
}
