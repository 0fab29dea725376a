/** Render the room's state into the page: title, numbers, people, and the controls available to the viewer. */
import { renderBlockedOnPreview } from "./people/blocked.js";
import { setUserText } from "./chat/links.js";
import { cloneTemplate, maybePart, part, parts, setData, setText } from "../lib/parts.js";
import { renderFace, renderPeople, personItems } from "./people/person.js";

/** @typedef {import("./room.js").Room} Room */

const MAX_PREVIEWED = 8; // people on the preview
const numbers = new Intl.NumberFormat();

/** @param {HTMLElement} root @param {Room} room */
export function renderRoom(root, room) {
  const { state } = room;
  const stage = room.stage.map((seat) => seat.person);
  // Events about the stage arrive before events about the audience, so a person may be in both: show them once.
  const listeners = state.audience.people.filter((person) => !room.seat(person.id));
  setData(root, "role", room.role());
  setUserText(root, "title", state.space.title);
  document.title = `${state.space.title} · Spaces`;
  setText(root, "listening", numbers.format(state.audience.count));
  setText(root, "audience-count", numbers.format(state.audience.count));
  setText(root, "stage-count", numbers.format(stage.length));
  const items = personItems(root, room, "person");
  renderPeople(part(root, "stage"), stage, items);
  renderPeople(part(root, "audience"), listeners, items);
  const hosting = maybePart(root, "host-line");
  if (hosting && stage.length) renderHost(hosting, stage[0]);
  const preview = maybePart(root, "preview-people");
  if (preview) renderPeople(preview, stage.slice(0, MAX_PREVIEWED), items);
  renderBlockedOnPreview(root, room);
  renderOthers(root, state.audience.count - state.audience.guests - state.audience.people.length);
  renderGuests(root, state.audience.guests);
  for (const note of parts(root, "open-to-guests")) note.hidden = !state.space.open_to_guests;
  for (const note of parts(root, "closed-to-guests")) note.hidden = state.space.open_to_guests;
  renderTopics(root, room);
  renderRights(root, room);
}

/** @param {HTMLElement} line @param {import("./room-state.js").Person} host */
function renderHost(line, host) {
  setText(line, "host-name", host.name);
  renderFace(part(line, "host-avatar"), host);
}

/** @param {HTMLElement} root @param {number} more */
function renderOthers(root, more) {
  setText(root, "others", numbers.format(Math.max(0, more)));
  part(part(root, "room"), "others-row").hidden = more <= 0;
}

/** @param {HTMLElement} root @param {number} count */
function renderGuests(root, count) {
  setText(root, "guests", count === 1 ? "1 guest" : `${numbers.format(count)} guests`);
  part(root, "guests-row").hidden = count === 0;
  setData(root, "guests", count > 0);
}

/** @param {HTMLElement} root @param {Room} room */
function renderTopics(root, room) {
  for (const list of parts(root, "topics")) {
    const shown = [...list.children].map((chip) => chip.getAttribute("data-topic"));
    const { topics } = room.state.space;
    if (shown.join() === topics.map((topic) => topic.slug).join()) continue;
    const chips = topics.map((topic) => {
      const chip = cloneTemplate(root, "topic");
      chip.dataset.topic = topic.slug;
      chip.textContent = topic.name;
      return chip;
    });
    list.replaceChildren(...chips);
  }
}

/** Hide controls that the viewer's role may not use. person-acts.js does the same for the controls about one person. */
function renderRights(/** @type {HTMLElement} */ root, /** @type {Room} */ room) {
  for (const control of root.querySelectorAll("[data-may]")) {
    if (!(control instanceof HTMLElement) || control.closest("[data-person], [data-part=person-sheet]")) continue;
    control.hidden = !room.may(control.dataset.may ?? "");
  }
}
