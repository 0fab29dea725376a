/** The moderation log: who did what to whom, when and why. It is fetched each time it is opened. */
import { markUserText, setUserText } from "../chat/links.js";
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
  const target = whom ? markUserText(whom.name) : "someone";
  const actor = by ? markUserText(by.name) : "Spaces";
  return [describeAction(kind, actor, target, payload), markUserText(note)].filter(Boolean).join(" · ");
}

/** @param {string} kind @param {string} actor @param {string} target @param {Record<string, any>} payload */
function describeAction(kind, actor, target, payload) {
  switch (kind) {
    case "removed":
      return `${actor} removed ${target}`;
    case "readmitted":
      return `${actor} let ${target} back in`;
    case "muted_all":
      return `${actor} muted everyone`;
    case "microphone":
      return `${actor} muted ${target}`;
    case "microphones_locked":
      return `${actor} ${payload.locked ? "locked" : "unlocked"} the microphones`;
    case "music_mode":
      return `${actor} turned music mode ${payload.on ? "on" : "off"}`;
    case "stage_left":
      return `${actor} moved ${target} to the listeners`;
    case "hand":
      return `${actor} lowered the hand of ${target}`;
    case "unrequested":
      return `${actor} ${payload.outcome} the request of ${target}`;
    case "uninvited":
      return `${actor} withdrew the invitation of ${target}`;
    case "role_changed":
      return `${target} became ${payload.role === "cohost" ? "co-host" : "a speaker"}`;
    case "host_changed":
      return `${target} became host`;
    case "message_deleted":
      return payload.by === payload.who ? `${actor} deleted their own message` : `${actor} deleted a message of ${target}`;
    case "unpinned":
      return `${actor} unpinned what ${target} had pinned`;
    case "chat_mode":
      return `${actor} ${describeMode(payload)}`;
    case "details":
      return `${actor} changed the title or topics: ${markUserText(payload.title)}`;
    case "open_to_guests":
      return `${actor} ${payload.open ? "opened the Space to guests" : "closed the Space to guests"}`;
    case "caption_edited":
      return `${actor} edited a caption of ${target}`;
    case "captions_deleted":
      return `${actor} deleted a caption of ${target}`;
    case "captions_requested":
      return `${actor} asked everyone to caption their voice`;
    case "captioner":
      return payload.on ? `${actor} let ${target} write captions` : `${actor} took the right to write captions from ${target}`;
    case "ended":
      return `${actor} ended the Space`;
    default:
      return `${actor}: ${kind}`;
  }
}

/** @param {Record<string, any>} payload of chat_mode */
function describeMode({ paused, slow_mode: slow }) {
  if (paused) return "paused the chat";
  return slow ? `set the chat to one message in ${slow} s` : "opened the chat";
}
