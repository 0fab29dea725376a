/** An invitation to speak or to be co-host, or an accepted request to speak. A dialog opens once per invitation; closing it with Escape does not decline. */
import { dialog, part, setText } from "../../lib/parts.js";

/** @param {HTMLElement} root @param {import("../room.js").Room} room @param {() => boolean} inside whether the person is in the room */
export function watchInvitation(root, room, inside) {
  const sheet = dialog(root, "invitation");
  let wasShown = false;
  const open = () => {
    if (!sheet.open) sheet.showModal();
  };
  const render = () => {
    const invitation = room.invitation();
    part(root, "invitation-cue").hidden = !invitation;
    if (!invitation) {
      wasShown = false;
      if (sheet.open) sheet.close();
      return;
    }
    sheet.dataset.for = invitation.role;
    for (const each of [sheet, part(root, "invitation-cue")]) each.toggleAttribute("data-accepts-request", invitation.accepts_request);
    setText(root, "inviter", room.person(invitation.by)?.name ?? "The host");
    if (wasShown || !inside()) return;
    wasShown = true;
    open();
  };
  room.renderWith(render);
  return { open, render };
}
