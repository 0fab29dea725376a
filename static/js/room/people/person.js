/** Render people in a grid or a list, each as an li[data-person]. */
import { cloneTemplate, part, setData, setText } from "../../lib/parts.js";

/**
 * @typedef {import("../room-state.js").Person} Person
 * @typedef {import("../room.js").Room} Room
 */

/** @type {Record<string, string>} */
export const ROLE_NAMES = { host: "host", cohost: "co-host", speaker: "speaker", listener: "listener", guest: "guest" };

/**
 * Make `list` show exactly `people`, in their order. Items that need no change are left alone, so that they keep their
 * focus and animations.
 * @param {HTMLElement} list @param {Person[]} people
 * @param {{create: () => HTMLElement, render: (item: HTMLElement, person: Person) => void}} how
 */
export function renderPeople(list, people, { create, render }) {
  const items = new Map([...list.children].map((item) => [item.getAttribute("data-person"), /** @type {HTMLElement} */ (item)]));
  people.forEach((person, index) => {
    const item = items.get(person.id) ?? create();
    items.delete(person.id);
    render(item, person);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
  for (const item of items.values()) {
    const focused = item.contains(document.activeElement);
    item.remove();
    if (focused) focusNear(list);
  }
}

/** Keep the keyboard focus near an item that was removed. @param {HTMLElement} list */
function focusNear(list) {
  const near = list.querySelector("button:not([hidden])") ?? list.closest("dialog")?.querySelector("h2[tabindex]");
  if (near instanceof HTMLElement) near.focus();
}

/** @param {HTMLElement} root @param {Room} room @param {"person" | "row" | "request"} template */
export function personItems(root, room, template) {
  return {
    create: () => cloneTemplate(root, template),
    render: (/** @type {HTMLElement} */ item, /** @type {Person} */ person) => renderPerson(item, person, room),
  };
}

/** @param {HTMLElement} item @param {Person} person @param {Room} room */
export function renderPerson(item, person, room) {
  const seat = room.seat(person.id);
  const role = room.role(person.id);
  const away = room.isAway(person.id);
  const muted = away ? undefined : seat?.muted; // nobody knows the microphone of a person without connection
  const talking = !away && (room.state.talking?.includes(person.id) ?? false);
  const captioned = seat !== undefined && room.isCaptioned(person.id);
  const invitation = room.invitation(person.id);
  const asks = room.may("answer_requests") && room.hasRequested(person.id);
  setData(item, "person", person.id);
  setData(item, "role", role);
  setData(item, "muted", muted === undefined ? null : String(muted));
  setData(item, "away", away);
  setData(item, "talking", talking);
  setData(item, "hand", seat?.hand ?? false);
  setData(item, "invited", invitation ? (invitation.accepts_request ? "accepted" : "invited") : null);
  setData(item, "asks", asks);
  setData(item, "captioned", captioned);
  setData(item, "me", person.id === room.me);
  setData(item, "blocked", room.blocks(person.id));
  renderFace(part(item, "avatar"), person);
  setText(item, "name", person.name);
  const label = describe(person, {
    role,
    talking,
    away,
    invitation,
    asks,
    muted,
    hand: seat?.hand,
    captioned,
    me: person.id === room.me,
    blocked: room.blocks(person.id),
  });
  const button = part(item, "button");
  if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
}

/**
 * Return a label such as "Ana (you), host, muted". It starts with the visible text, so that voice control finds the button:
 * below the name, the page shows the role of a person on the stage, and "Invited", "Accepted" or "Asking" for a
 * listener.
 * @param {Person} person
 * @param {{role: string, talking: boolean, away: boolean, invitation?: import("../room-state.js").Invitation, asks: boolean, muted?: boolean,
 *   hand?: boolean, captioned: boolean, me: boolean, blocked: boolean}} how
 */
function describe(person, { role, talking, away, invitation, asks, muted, hand, captioned, me, blocked }) {
  const offer = invitation ? offered(invitation) : asks && "asking to speak";
  const state = away ? "away" : talking ? "speaking" : offer || (muted ? "muted" : "");
  const [first, ...rest] = role === "listener" && offer ? [state] : [ROLE_NAMES[role], state];
  const [visible, hidden] = role === "listener" && !offer ? ["", first] : [first, ""]; // there is no text below a listener's name
  const label = blocked ? "you blocked this person" : "";
  const texts = [me ? `${person.name} (you)` : person.name, visible, label, hidden, ...rest, hand ? "hand raised" : "", captioned ? "captioned" : ""];
  return texts.filter(Boolean).join(", ");
}

/** @param {import("../room-state.js").Invitation} invitation */
function offered({ role, accepts_request }) {
  if (accepts_request) return "accepted, but not on the stage yet";
  return `invited to ${role === "cohost" ? "be co-host" : "speak"}`;
}

/** @param {HTMLElement} avatar @param {Person} person */
export function renderFace(avatar, person) {
  setData(avatar, "palette", String(person.palette));
  setData(part(avatar, "initials"), "initials", person.initials);
  const picture = /** @type {HTMLImageElement} */ (part(avatar, "picture"));
  if (person.avatar && picture.getAttribute("src") !== person.avatar) picture.src = person.avatar;
  picture.hidden = !person.avatar;
}
