/** Show moderation on the stage to everyone concerned: mutes by a host, locked microphones, raised hands, declined requests. */
import { describeToast } from "../notices/event-toasts.js";
import { part, setData } from "../../lib/parts.js";

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {import("../notices/notices.js").Notices} notices
 */
export function watchModeration(root, room, notices) {
  room.onEvent((event, before) => {
    const oldSeat = before.stage.find((seat) => seat.person.id === room.me);
    const newSeat = room.seat(room.me);
    const byOther = (event.t === "microphone" || event.t === "muted_all") && event.by !== room.me;
    if (byOther && oldSeat?.muted === false && newSeat?.muted) notices.set("muted", "muted-by-host");
    else if (!newSeat?.muted) notices.set("muted", "");
    const text = describeToast(event, before, room.me);
    if (text) notices.toast(text);
  });
  let rendered = false;
  room.renderWith(() => {
    const seat = room.seat(room.me);
    const locked = room.state.space.microphones_locked;
    const isLocked = locked && seat?.muted === true;
    setData(root, "locked", isLocked);
    notices.set("lock", isLocked && seat.role === "speaker" ? "locked" : "");
    // Rendering must not undo a change that is still being sent.
    if (locked !== rendered) /** @type {HTMLInputElement} */ (part(root, "lock")).checked = rendered = locked;
    const hand = part(root, "hand");
    hand.setAttribute("aria-pressed", String(seat?.hand ?? false));
    hand.setAttribute("aria-label", seat?.hand ? "Lower your hand" : "Raise your hand");
  });
}
