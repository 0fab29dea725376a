/** `<space-room>`: the page of a Space. The visit continues without the page (live.js). */
import { buttonHandlers, listenForButtons } from "./button-handlers.js";
import { captionsButtonHandlers } from "./captions/captions-button-handlers.js";
import { Announcer } from "./notices/announcer.js";
import { AudioSheet } from "./sound/audio-sheet.js";
import { Chat } from "./chat/chat.js";
import { startComposer } from "./chat/composer.js";
import { exposeToTests } from "./debug.js";
import { EditSheet } from "./sheets/edit-sheet.js";
import { watchInvitation } from "./stage/invitation.js";
import { animateRings } from "./sound/levels.js";
import { live } from "./live.js";
import { describeEvent } from "./notices/announcements.js";
import { renderRoom } from "./render.js";
import { maybePart, part } from "../lib/parts.js";
import { PeopleSheet } from "./people/people-sheet.js";
import { PersonSheet } from "./people/person-sheet.js";
import { showEnded, showPhases, showPreview } from "./phases.js";
import { Reactions } from "./stage/reactions.js";
import { copyLink, openShare, shareElsewhere } from "./sheets/share.js";
import { stageButtonHandlers } from "./stage/stage-button-handlers.js";
import { toast } from "../lib/toast.js";
import { wasExpected } from "../scheduling/waiting.js";

export class SpaceRoom extends HTMLElement {
  #life = new AbortController();
  /** @type {import("./visit.js").Visit | null} */
  #visit = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    if (!maybePart(this, "room")) return this.#startSharing(signal);
    const visit = (this.#visit = live.attach(this));
    this.addEventListener("space-over", () => visit.session.endPreview(), { signal });
    visit.room.during(signal, () => this.#start(visit, signal));
  }

  disconnectedCallback() {
    this.#life.abort();
    if (this.#visit) live.detach(this.#visit, this);
    this.#visit = null;
  }

  /** @param {import("./visit.js").Visit} visit @param {AbortSignal} signal */
  #start(visit, signal) {
    const { room, commands, notices, session } = visit;
    const announcer = new Announcer(part(this, "announcer"), signal);
    const goHome = () => this.#goHome();
    const showPhase = showPhases(this, room, { signal, goHome });
    room.renderWith(() => renderRoom(this, room));
    const chat = new Chat(this, room, signal);
    const invitation = watchInvitation(this, room, () => session.phase === "room");
    const context = {
      root: this, room, session, commands, notices, chat, invitation, goHome,
      blocked: visit.blocked, site: visit.site,
      enter: () => live.enter(visit),
      personSheet: new PersonSheet(this, room),
      peopleSheet: new PeopleSheet(this, room, (after) => commands.get(`listeners/?after=${encodeURIComponent(after)}`)),
      editSheet: new EditSheet(this, room, {
        save: (fields) => commands.post("details/", fields),
        allowGuests: (allowed) => commands.post("open-to-guests/", [["open", String(allowed)]]),
        signal,
      }),
      audioSheet: new AudioSheet(this, {
        microphone: session.microphone, sound: session.sound, signal,
        speaks: () => room.may("speak"),
        choose: (device) => session.chooseMicrophone(device),
        saveData: (saves) => session.call.saveData(saves),
        showError: (error) => notices.showError(error),
      }),
    };
    const handlers = { ...buttonHandlers(context), ...stageButtonHandlers(context, signal), ...captionsButtonHandlers(context, signal) };
    listenForButtons(this, handlers, { showError: (error) => notices.showError(error), signal });
    startComposer(this, { send: (text) => commands.post("chat/", [["text", text]]), limit: room.view.message_length, signal });
    animateRings(this, { room, sound: session.sound, microphone: session.microphone, signal });
    this.#announceEvents(room, announcer);
    visit.announceWith(signal, (line) => announcer.announce(line));
    exposeToTests(visit);
    visit.showPhasesWith(signal, (phase, why) => {
      showPhase(phase, why);
      if (phase === "room") queueMicrotask(() => (chat.enter(), invitation.render()));
    });
    // A host who has just tapped "Start" is on the stage already and need not tap "Start listening".
    const hasStarted = room.seat(room.me) && navigator.userActivation?.hasBeenActive;
    const hasWaited = wasExpected(visit.path) && room.me && !live.visit;
    if (hasStarted || hasWaited) void live.enter(visit);
  }

  /** @param {import("./room.js").Room} room @param {Announcer} announcer */
  #announceEvents(room, announcer) {
    const reactions = new Reactions(this, announcer, () => room.view.blocked);
    room.onEvent((event, before) => {
      if (event.t === "reactions") reactions.show(event.counts, event.from);
      const line = describeEvent(event, before, room.me);
      if (line) announcer.announce(line);
    });
  }

  /** Pages without a room (ended, refused, a stranger's preview) can be shared, too. @param {AbortSignal} signal */
  #startSharing(signal) {
    this.addEventListener("space-over", () => showEnded(this), { signal });
    if (maybePart(this, "preview")) showPreview(this, { signal, goHome: () => this.#goHome() });
    const title = maybePart(this, "ended-title")?.textContent ?? document.title;
    const showToast = (/** @type {string} */ text) => toast(this, text);
    const handlers = { share: () => openShare(this), "share-elsewhere": () => shareElsewhere(title, showToast), "copy-link": () => copyLink(showToast) };
    listenForButtons(this, handlers, { showError: () => undefined, signal });
  }

  /** Click the page's link, so that htmx boosts the page change. */
  #goHome() {
    const link = part(this, "preview").querySelector("a[href='/']");
    if (link instanceof HTMLAnchorElement) link.click();
    else location.assign(part(this, "preview").dataset.home ?? "/");
  }
}

customElements.define("space-room", SpaceRoom);
