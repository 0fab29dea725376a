/** Music mode on the page: a chip for everyone, a switch for hosts, and advice for people on the stage. */
import { part } from "../../lib/parts.js";

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {import("../notices/notices.js").Notices} notices
 */
export function watchMusicMode(root, room, notices) {
  let rendered = false;
  let advised = false;
  room.renderWith(() => {
    const on = room.state.space.music_mode;
    part(root, "music-mode-chip").hidden = !on;
    // Rendering must not undo a change that is still being sent.
    if (on !== rendered) /** @type {HTMLInputElement} */ (part(root, "music-mode")).checked = rendered = on;
    const advises = on && room.may("speak");
    if (advises !== advised) notices.set("music", (advised = advises) ? "music-mode" : "");
  });
}
