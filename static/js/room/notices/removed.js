/**
 * The texts for a person whom a host removes while they are in the room. When the server refuses the person later, it
 * uses the same text as REMOVED (spaces/refusals.py).
 */

/** This text is shown on the page. */
export const REMOVED = "A host removed you from this Space. You can't come back to it.";
/** This text is announced to screen readers. */
export const REMOVED_ANNOUNCEMENT = "You were removed from the Space";
