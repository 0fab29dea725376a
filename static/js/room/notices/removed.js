/**
 * The texts for a person whom a host removes while they are in the room. The server uses the same text when it refuses
 * the person later (spaces/refusals.py).
 */

/** This text is shown on the page. */
export const REMOVED = "A host removed you from this Space. You can't come back to it.";
/** This text is announced to screen readers. */
export const REMOVED_ANNOUNCEMENT = "You were removed from the Space";
