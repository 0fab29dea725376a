/** The screen stays on while one looks at the room from its stage; whoever listens may put the phone away. */
import { live } from "../live.js";

/** @typedef {import("../visit.js").Visit} Visit */

/** @type {WeakSet<Visit>} */
const known = new WeakSet();
/** @type {WakeLockSentinel | null} */
let lock = null;
let asking = false;

if ("wakeLock" in navigator) {
  live.follow(({ visit }) => {
    if (!known.has(visit)) {
      known.add(visit);
      visit.room.paintWith(() => void settle());
    }
    void settle();
  });
  // The browser lets go of it by itself when the page is hidden.
  document.addEventListener("visibilitychange", () => void settle());
}

function wanted() {
  const { visit } = live;
  return !document.hidden && visit !== null && !visit.docked && visit.room.may("speak");
}

async function settle() {
  if (lock?.released) lock = null;
  if (!wanted()) {
    void lock?.release();
    lock = null;
    return;
  }
  if (lock || asking) return;
  asking = true;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    return; // a low battery refuses it
  } finally {
    asking = false;
  }
  if (!wanted()) void settle();
}
