/** Paint the room's state into the page: title, numbers, people, and the controls that one may use. */
import { paintBlockedOnPreview } from "./people/blocked.js";
import { writeWords } from "./chat/links.js";
import { cloneTemplate, maybePart, part, parts, setData, write } from "../lib/parts.js";
import { paintFace, paintPeople, personItems } from "./people/person.js";

/** @typedef {import("./room.js").Room} Room */

const PREVIEWED = 8; // people on the preview
const numbers = new Intl.NumberFormat();

/** @param {HTMLElement} root @param {Room} room */
export function paintRoom(root, room) {
  const { state } = room;
  const stage = room.stage.map((seat) => seat.person);
  // Events of the stage arrive before those of the audience: show nobody in both.
  const listeners = state.audience.people.filter((person) => !room.seat(person.id));
  setData(root, "role", room.role());
  writeWords(root, "title", state.space.title);
  document.title = `${state.space.title} · Spaces`;
  write(root, "listening", numbers.format(state.audience.count));
  write(root, "audience-count", numbers.format(state.audience.count));
  write(root, "stage-count", numbers.format(stage.length));
  const items = personItems(root, room, "person");
  paintPeople(part(root, "stage"), stage, items);
  paintPeople(part(root, "audience"), listeners, items);
  const hosting = maybePart(root, "host-line");
  if (hosting && stage.length) paintHost(hosting, stage[0]);
  const preview = maybePart(root, "preview-people");
  if (preview) paintPeople(preview, stage.slice(0, PREVIEWED), items);
  paintBlockedOnPreview(root, room);
  paintOthers(root, state.audience.count - state.audience.guests - state.audience.people.length);
  paintGuests(root, state.audience.guests);
  for (const words of parts(root, "open-to-guests")) words.hidden = !state.space.open_to_guests;
  for (const words of parts(root, "closed-to-guests")) words.hidden = state.space.open_to_guests;
  paintTopics(root, room);
  paintRights(root, room);
}

/** @param {HTMLElement} line @param {import("./room-state.js").Person} host */
function paintHost(line, host) {
  write(line, "host-name", host.name);
  paintFace(part(line, "host-avatar"), host);
}

/** @param {HTMLElement} root @param {number} more */
function paintOthers(root, more) {
  write(root, "others", numbers.format(Math.max(0, more)));
  part(part(root, "room"), "others-row").hidden = more <= 0;
}

/** @param {HTMLElement} root @param {number} count */
function paintGuests(root, count) {
  write(root, "guests", count === 1 ? "1 guest" : `${numbers.format(count)} guests`);
  part(root, "guests-row").hidden = count === 0;
  setData(root, "guests", count > 0);
}

/** @param {HTMLElement} root @param {Room} room */
function paintTopics(root, room) {
  for (const place of parts(root, "topics")) {
    const shown = [...place.children].map((chip) => chip.getAttribute("data-topic"));
    const { topics } = room.state.space;
    if (shown.join() === topics.map((topic) => topic.slug).join()) continue;
    const chips = topics.map((topic) => {
      const chip = cloneTemplate(root, "topic");
      chip.dataset.topic = topic.slug;
      chip.textContent = topic.name;
      return chip;
    });
    place.replaceChildren(...chips);
  }
}

/** Hide controls that the role may not use. Controls for one person are painted in person-acts.js. */
function paintRights(/** @type {HTMLElement} */ root, /** @type {Room} */ room) {
  for (const control of root.querySelectorAll("[data-may]")) {
    if (!(control instanceof HTMLElement) || control.closest("[data-person], [data-part=person-sheet]")) continue;
    control.hidden = !room.may(control.dataset.may ?? "");
  }
}
