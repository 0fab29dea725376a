/**
 * The panel with the captions. Final lines stay; below them, interim captions are replaced in place. The panel
 * follows the newest words until the reader scrolls back.
 */
import { cloneTemplate, maybePart, part, setData, setText } from "../../lib/parts.js";
import { renderFace } from "../people/person.js";
import { MAX_CAPTIONS } from "../room-state.js";
import { isAnnounced } from "./reading.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Caption} Caption
 * @typedef {import("../room-state.js").Person} Person
 */
const MAX_LINES = 500; // on the page; the state contains the newest 50
const AT_END = 48; // px
const NOBODY_CAPTIONED = "Nobody on the stage has turned captions on.";
const WAITING = "What people say appears here.";

export class CaptionsPanel {
  #root;
  #room;
  #switch;
  #fetchEarlier;
  #panel;
  #scroller;
  #list;
  #follows = true;
  #scrolledTo = 0; // px
  #moreBefore = true;

  /**
   * @param {HTMLElement} root @param {Room} room
   * @param {{captionsSwitch: import("./captions-switch.js").CaptionsSwitch,
   *   fetchEarlier: (before: number) => Promise<{lines: Caption[], more: boolean}>, signal: AbortSignal}} options
   */
  constructor(root, room, { captionsSwitch, fetchEarlier, signal }) {
    this.#root = root;
    this.#room = room;
    this.#switch = captionsSwitch;
    this.#fetchEarlier = fetchEarlier;
    this.#panel = part(root, "captions-panel");
    this.#scroller = part(root, "captions-scroller");
    this.#list = part(root, "captions");
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    const resized = new ResizeObserver(() => this.#follow());
    resized.observe(this.#scroller);
    resized.observe(this.#list); // e.g. if the reader chooses larger letters
    signal.addEventListener("abort", () => resized.disconnect());
    room.renderWith(() => this.#render());
    room.onEvent((event) => {
      if (event.t === "captions_deleted") this.#remove(event.ids);
      if (event.t === "caption_edited") this.#edit(event.id, event.text);
      if (event.t === "caption" && this.isOpen && isAnnounced() && !room.blocks(event.person.id)) {
        part(root, "captions-announcer").textContent = `${event.person.name}: ${event.text}`;
      }
    });
    room.onReplace(() => this.#startOver());
    this.#show(captionsSwitch.on);
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  toggle() {
    this.open(!this.isOpen);
  }

  /** @param {boolean} open */
  open(open) {
    this.#switch.turn(open);
    this.#show(open);
    if (!open) part(this.#root, "captions-button").focus();
  }

  /** Show the newest words, and follow them again. */
  jumpToLive() {
    this.#followAgain();
    this.#scroller.focus();
  }

  async showEarlier() {
    const first = this.#lines[0];
    if (!first) return;
    const { lines, more } = await this.#fetchEarlier(Number(first.dataset.line));
    this.#moreBefore = more;
    this.#follows = false;
    const below = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    for (const line of lines) this.#renderLine(line);
    this.#render();
    this.#scroller.scrollTop = this.#scroller.scrollHeight - below;
  }

  /** The final lines on the page. */
  get #lines() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]).filter((item) => !item.hasAttribute("data-interim"));
  }

  /** @param {boolean} open */
  #show(open) {
    this.#panel.hidden = !open;
    part(this.#root, "captions-button").setAttribute("aria-pressed", String(open));
    this.#followAgain();
    this.#render();
  }

  #render() {
    if (!this.isOpen) return;
    for (const line of this.#room.state.captions.lines) this.#renderLine(line);
    for (const extra of this.#lines.slice(0, -MAX_LINES)) extra.remove();
    this.#renderInterims();
    for (const item of /** @type {HTMLElement[]} */ ([...this.#list.children])) item.hidden = this.#room.blocks(item.dataset.speaker ?? "");
    const count = this.#lines.length;
    part(this.#root, "earlier-captions").hidden = count < MAX_CAPTIONS || !this.#moreBefore || count >= MAX_LINES;
    part(this.#root, "captions-empty").hidden = this.#list.childElementCount > 0;
    const { voices } = this.#room.state.captions;
    setText(this.#root, "captions-empty-text", voices.some((voice) => this.#room.seat(voice.who)) ? WAITING : NOBODY_CAPTIONED);
    part(this.#root, "caption-me").hidden = !this.#room.may("speak") || this.#room.isCaptioned(this.#room.me);
    this.#follow();
  }

  /** Lines on the page may have been withdrawn in events that this page missed. */
  #startOver() {
    this.#list.replaceChildren();
    this.#scrolledTo = 0;
    this.#moreBefore = true;
  }

  /** @param {Caption} line */
  #renderLine(line) {
    const item = this.#list.querySelector(`[data-line="${line.id}"]`) ?? this.#create(line);
    setText(item, "caption-text", line.text);
  }

  /** @param {Caption} line */
  #create(line) {
    const item = this.#createItem(line.person);
    setData(item, "line", String(line.id));
    this.#showReportLink(item, line);
    if (line.language) part(item, "caption-text").lang = line.language;
    const after = [...this.#list.children].find((each) => each.hasAttribute("data-interim") || Number(each.getAttribute("data-line")) > line.id);
    this.#list.insertBefore(item, after ?? null);
    return item;
  }

  /** Show a link that reports another person's words; guests have no such link. @param {HTMLElement} item @param {Caption} line */
  #showReportLink(item, line) {
    const link = /** @type {HTMLAnchorElement | null} */ (maybePart(item, "caption-report"));
    if (!link || line.person.id === this.#room.me) return;
    link.href = `/report/?line=${line.id}`;
    link.setAttribute("aria-label", `Report what ${line.person.name} said (opens in a new tab)`);
  }

  /** Remove lines, also those that the state no longer contains, and the announcement, which may repeat one. @param {number[]} ids */
  #remove(ids) {
    for (const id of ids) this.#list.querySelector(`[data-line="${id}"]`)?.remove();
    part(this.#root, "captions-announcer").textContent = "";
  }

  /** Change a line, also one that the state no longer contains. @param {number} id @param {string} text */
  #edit(id, text) {
    const item = this.#list.querySelector(`[data-line="${id}"]`);
    if (item) setText(item, "caption-text", text);
  }

  #renderInterims() {
    const interims = this.#room.state.interims ?? {};
    const items = new Map([...this.#list.querySelectorAll("[data-interim]")].map((item) => [item.getAttribute("data-speaker"), item]));
    for (const [key, { text }] of Object.entries(interims)) {
      const seat = this.#room.seat(key);
      if (!seat || !this.#room.isCaptioned(key)) continue;
      const item = items.get(key) ?? this.#list.appendChild(this.#createItem(seat.person));
      items.delete(key);
      setData(item, "interim", true);
      setText(item, "caption-text", text);
    }
    for (const item of items.values()) item.remove();
  }

  /** @param {Person} person */
  #createItem(person) {
    const item = cloneTemplate(this.#root, "caption");
    setData(item, "speaker", person.id);
    renderFace(part(item, "avatar"), person);
    setText(item, "name", person.name);
    return item;
  }

  /** Stop following when the reader scrolls back, but not when the text grows below them. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END;
    this.#follows = isAtEnd || (this.#follows && scrollTop >= this.#scrolledTo);
    this.#scrolledTo = scrollTop;
    part(this.#root, "captions-live").hidden = this.#follows;
  }

  /** Show the newest words, unless the reader has scrolled back, perhaps so recently that the event follows later. */
  #follow() {
    if (!this.#scroller.clientHeight) this.#scrolledTo = 0; // the panel is hidden, which scrolls it to its beginning
    else this.#scrolled();
    if (this.#follows) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#scrolledTo = this.#scroller.scrollTop;
  }

  #followAgain() {
    this.#follows = true;
    this.#scrolledTo = 0;
    this.#follow();
  }
}
