/** An invitation to speak or to be co-host: a dialog opens once; closing it with Escape keeps the invitation open. */
import { dialog, part, write } from "../../lib/parts.js";

/** @param {HTMLElement} root @param {import("../room.js").Room} room @param {() => boolean} inside whether the person is in the room */
export function followInvitation(root, room, inside) {
  const sheet = dialog(root, "invitation");
  let asked = false;
  const open = () => {
    if (!sheet.open) sheet.showModal();
  };
  const paint = () => {
    const invitation = room.invitation();
    part(root, "invitation-cue").hidden = !invitation;
    if (!invitation) {
      asked = false;
      if (sheet.open) sheet.close();
      return;
    }
    sheet.dataset.for = invitation.role;
    write(root, "inviter", room.person(invitation.by)?.name ?? "The host");
    if (asked || !inside()) return;
    asked = true;
    open();
  };
  room.paintWith(paint);
  return { open, paint };
}
