/** The newest captions in the dock, for a person who reads along while the page shows something else. */
import { cloneTemplate, part, setData, setText } from "../../lib/parts.js";
import { renderFace } from "../people/person.js";
import { isAnnounced, showReadingStyle } from "./reading.js";

/**
 * @typedef {import("../visit.js").Visit} Visit
 * @typedef {{person: import("../room-state.js").Person, text: string, language: string, interim: boolean}} Shown
 */
const MOST = 2; // captions at once

/** @param {HTMLElement} dock @param {Visit} visit */
export function renderDockCaptions(dock, { room, root, session }) {
  const { on } = session.captionsSwitch;
  const button = part(dock, "dock-captions-button");
  button.hidden = !on && !room.stage.some((seat) => room.isCaptioned(seat.person.id));
  button.setAttribute("aria-pressed", String(on));
  const box = part(dock, "dock-captions");
  const list = part(box, "dock-captions-list");
  const shown = on ? newest(room) : [];
  box.hidden = !shown.length;
  showReadingStyle(box);
  while (list.childElementCount > shown.length) list.lastElementChild?.remove();
  while (list.childElementCount < shown.length) list.append(cloneTemplate(root, "caption"));
  shown.forEach((caption, index) => renderItem(list.children[index], caption));
}

/** @param {HTMLElement} dock */
export function hideDockCaptions(dock) {
  part(dock, "dock-captions").hidden = part(dock, "dock-captions-button").hidden = true;
}

/**
 * Return what a screen reader should read in the dock, or "".
 * @param {Visit} visit @param {import("../room-state.js").RoomEvent} event
 */
export function describeCaption({ room, session }, event) {
  const isRead = event.t === "caption" && session.captionsSwitch.on && isAnnounced() && !room.blocks(event.person.id);
  return isRead ? `${event.person.name}: ${event.text}` : "";
}

/** @param {import("../room.js").Room} room @returns {Shown[]} */
function newest(room) {
  const { captions, interims = {} } = room.state;
  const lines = captions.lines.map(({ person, text, language }) => ({ person, text, language, interim: false }));
  const spoken = Object.entries(interims).flatMap(([key, { text }]) => {
    const person = room.isCaptioned(key) && room.seat(key)?.person;
    return person ? [{ person, text, language: "", interim: true }] : [];
  });
  return [...lines, ...spoken].filter((caption) => !room.blocks(caption.person.id)).slice(-MOST);
}

/** @param {Element} item @param {Shown} caption */
function renderItem(item, { person, text, language, interim }) {
  setData(item, "interim", interim);
  renderFace(part(item, "avatar"), person);
  setText(item, "name", person.name);
  const words = part(item, "caption-text");
  words.lang = language;
  setText(item, "caption-text", text);
}
