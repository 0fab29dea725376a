/** Keep the screen on while a person on the stage looks at the room; listeners may lock their phones. */
import { live } from "../live.js";

/** @typedef {import("../visit.js").Visit} Visit */

/** @type {WeakSet<Visit>} */
const known = new WeakSet();
/** @type {WakeLockSentinel | null} */
let lock = null;
let isRequesting = false;

if ("wakeLock" in navigator) {
  live.subscribe(({ visit }) => {
    if (!known.has(visit)) {
      known.add(visit);
      visit.room.renderWith(() => void update());
    }
    void update();
  });
  // The browser releases the lock when the page is hidden.
  document.addEventListener("visibilitychange", () => void update());
}

function wanted() {
  const { visit } = live;
  return !document.hidden && visit !== null && !visit.docked && visit.room.may("speak");
}

async function update() {
  if (lock?.released) lock = null;
  if (!wanted()) {
    void lock?.release();
    lock = null;
    return;
  }
  if (lock || isRequesting) return;
  isRequesting = true;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    return; // refused, for example because the battery is low
  } finally {
    isRequesting = false;
  }
  if (!wanted()) void update();
}
