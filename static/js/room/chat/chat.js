/** The chat: its messages, its panel, and the number of unread messages while the panel is closed. */
import { trackPart } from "../../page-position.js";
import { storedPart } from "../../back-and-forward.js";
import { setUserText } from "./links.js";
import { cloneTemplate, dialog, maybePart, part, setData, setText } from "../../lib/parts.js";
import { renderFace } from "../people/person.js";

/**
 * @typedef {import("../room-state.js").Message} Message
 * @typedef {import("../room.js").Room} Room
 * @typedef {{open: boolean, until?: string, line?: string, top?: number}} Position `line`: the first message in view; `until`: the oldest message on the page
 */

const MAX_LINES = 300; // messages on the page; the state contains the newest 50
const AT_BOTTOM = 48; // px
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

export class Chat {
  #root;
  #room;
  #panel;
  #list;
  #scroller;
  #newest;
  #unread = 0;
  /** The position to restore after Back. @type {Position | null} */
  #toRestore = storedPart("chat");

  /** @param {HTMLElement} root @param {Room} room @param {AbortSignal} signal */
  constructor(root, room, signal) {
    this.#root = root;
    this.#room = room;
    this.#panel = dialog(root, "chat");
    this.#list = part(root, "messages");
    this.#scroller = /** @type {HTMLElement} */ (this.#list.parentElement);
    this.#newest = maybePart(root, "newest");
    this.#scroller.addEventListener("scroll", () => this.#atBottom && this.#hideNewest(), { signal, passive: true });
    this.#panel.addEventListener("close", () => this.#renderPanel(), { signal });
    matchMedia("(min-width: 1000px)").addEventListener("change", () => this.#fit(), { signal });
    // Messages in the HTML show the time in UTC.
    for (const time of this.#list.querySelectorAll("time")) time.textContent = clock.format(new Date(time.dateTime));
    room.renderWith(() => this.#render());
    room.onEvent((event) => {
      if (event.t === "message" && event.person.id !== room.me && !room.blocks(event.person.id) && !this.#visible) this.#addUnread(1);
      if (event.t === "message_deleted") this.#eraseText(event.id);
    });
    trackPart("chat", () => this.#position, signal);
    this.scrollDown();
    this.#renderPanel();
  }

  /** Called when the room opens: restore the panel and its position. */
  enter() {
    const position = this.#toRestore;
    this.#toRestore = null;
    if (position && position.open !== this.#visible) this.toggle();
    this.#renderPanel();
    this.scrollDown();
    if (position?.line) this.#scrollTo(Number(position.line), position.top ?? 0);
  }

  toggle() {
    if (this.#visible) this.#panel.close();
    else this.#open();
    this.#renderPanel();
  }

  scrollDown() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#hideNewest();
  }

  /** A side panel is open without being modal; on a phone only a modal panel is visible. */
  get #visible() {
    return this.#panel.open && (wide() || this.#panel.matches(":modal"));
  }

  /** The newest visible message. */
  get #last() {
    return [...this.#list.children].findLast((line) => !(/** @type {HTMLElement} */ (line).hidden));
  }

  get #atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < AT_BOTTOM;
  }

  /** @returns {Position} */
  get #position() {
    const open = this.#visible;
    if (!open || this.#atBottom) return { open };
    const { top } = this.#scroller.getBoundingClientRect();
    const lines = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    const line = lines.find((each) => each.getBoundingClientRect().bottom > top);
    return { open, until: lines[0]?.dataset.message, line: line?.dataset.message, top: line && line.getBoundingClientRect().top - top };
  }

  /** Scroll to a message, or to the next message if it was deleted. @param {number} id @param {number} top px below the top of the visible part */
  #scrollTo(id, top) {
    const line = [...this.#list.children].find((each) => Number(each.getAttribute("data-message")) >= id);
    if (!line) return;
    this.#scroller.scrollTop += line.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - top;
    if (this.#newest) this.#newest.hidden = true;
  }

  #open() {
    if (this.#panel.open) this.#panel.close();
    if (wide()) this.#panel.show();
    else this.#panel.showModal();
    this.scrollDown();
  }

  /** In a window that became wide, show the open chat as a side panel; in one that became narrow, the side panel is hidden. */
  #fit() {
    if (this.#panel.matches(":modal") && wide()) this.#open();
    this.#renderPanel();
  }

  #renderPanel() {
    if (this.#visible) this.#addUnread(-this.#unread);
    for (const button of this.#root.querySelectorAll("[data-act=chat]")) button.setAttribute("aria-pressed", String(this.#visible));
  }

  /** @param {number} more */
  #addUnread(more) {
    this.#unread += more;
    const badge = part(this.#root, "unread");
    badge.hidden = this.#unread === 0;
    badge.textContent = this.#unread > 99 ? "99+" : String(this.#unread);
  }

  #render() {
    const { messages } = this.#room.state;
    const wasAtBottom = this.#atBottom;
    const last = this.#last;
    for (const message of messages) this.#renderLine(message);
    for (const line of this.#list.children) this.#renderAuthor(/** @type {HTMLElement} */ (line));
    while (this.#list.children.length > MAX_LINES) this.#list.firstElementChild?.remove();
    part(this.#root, "messages-empty").hidden = this.#last !== undefined;
    if (this.#last === last) return;
    const isOwn = messages.at(-1)?.person.id === this.#room.me;
    if (wasAtBottom || isOwn) this.scrollDown();
    else if (this.#newest) this.#newest.hidden = false;
  }

  #hideNewest() {
    if (this.#newest) this.#newest.hidden = true;
  }

  /** @param {Message} message */
  #renderLine(message) {
    const line = this.#line(message.id) ?? this.#create(message);
    if (message.deleted && !line.hasAttribute("data-deleted")) this.#eraseText(message.id);
  }

  /** Show the author's role, also on messages that the state no longer contains. @param {HTMLElement} line */
  #renderAuthor(line) {
    const author = line.dataset.author ?? "";
    setData(line, "role", this.#room.role(author));
    line.hidden = this.#room.blocks(author);
    const remove = line.querySelector("[data-act=delete-message]");
    const right = author === this.#room.me ? "chat" : "delete_message";
    if (remove instanceof HTMLElement) remove.hidden = !this.#room.may(right);
  }

  /** @param {number} id @returns {HTMLElement | null} */
  #line(id) {
    return this.#list.querySelector(`[data-message="${id}"]`);
  }

  /** @param {Message} message */
  #create(message) {
    const line = cloneTemplate(this.#root, "message");
    setData(line, "message", String(message.id));
    setData(line, "author", message.person.id);
    setData(line, "own", message.person.id === this.#room.me);
    renderFace(part(line, "avatar"), message.person);
    setText(line, "name", message.person.name);
    setUserText(line, "text", message.text);
    const time = /** @type {HTMLTimeElement} */ (part(line, "time"));
    time.dateTime = message.at;
    time.textContent = clock.format(new Date(message.at));
    const after = [...this.#list.children].find((each) => Number(each.getAttribute("data-message")) > message.id);
    this.#list.insertBefore(line, after ?? null);
    return line;
  }

  /** Remove the text of a deleted message, even if the state no longer contains the message. @param {number} id */
  #eraseText(id) {
    const line = this.#line(id);
    if (!line) return;
    setData(line, "deleted", true);
    part(line, "text").replaceChildren();
  }
}

function wide() {
  return matchMedia("(min-width: 1000px)").matches;
}
