/** Render the room again as soon as somebody on the stage counts as away. */

/** @param {import("../room.js").Room} room @param {AbortSignal} signal */
export function watchAbsences(room, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  room.renderWith(() => {
    clearTimeout(timer);
    const waits = room.state.stage.map((seat) => room.countsAsAwayIn(seat.person.id)).filter((wait) => wait > 0);
    const next = Math.min(...waits);
    if (next < Infinity) timer = setTimeout(() => room.changed(), next);
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
