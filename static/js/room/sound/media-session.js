/**
 * The Space in the system's media controls, such as a lock screen. Pausing mutes a person on the stage and makes a
 * listener leave.
 */
import { live } from "../live.js";

/** @typedef {import("../visit.js").Visit} Visit */

const session = "mediaSession" in navigator ? navigator.mediaSession : null;
/** @type {WeakSet<Visit>} */
const known = new WeakSet();
let said = "";

if (session) {
  live.subscribe(({ visit }) => {
    if (!known.has(visit)) {
      known.add(visit);
      visit.room.paintWith(paint);
      visit.session.sound.subscribe(paint);
    }
    paint();
  });
  /** @type {Record<string, () => void>} */
  const actions = {
    pause: () => (speaks() ? live.visit?.session.voice.mute() : live.leave()),
    stop: () => live.leave(),
    play: () => live.visit?.session.sound.unlock(),
    hangup: () => live.leave(),
    togglemicrophone: () => live.visit?.session.voice.toggle(),
  };
  for (const [name, action] of Object.entries(actions)) {
    try {
      session.setActionHandler(/** @type {MediaSessionAction} */ (name), action);
    } catch {
      // This browser does not support the action.
    }
  }
}

function speaks() {
  return live.visit?.room.may("speak") ?? false;
}

function paint() {
  if (!session) return;
  const { visit } = live;
  const paused = visit !== null && visit.session.sound.playback !== "playing";
  session.playbackState = !visit ? "none" : paused ? "paused" : "playing";
  const words = visit ? describe(visit) : null;
  if (said === JSON.stringify(words)) return;
  said = JSON.stringify(words);
  session.metadata = words && new MediaMetadata(words);
}

/** @param {Visit} visit @returns {MediaMetadataInit} */
function describe({ room }) {
  const { space } = room.state;
  const host = room.person(space.host);
  const mark = document.querySelector("link[rel=apple-touch-icon]")?.getAttribute("href");
  const picture = host?.avatar || mark;
  return {
    title: space.title,
    artist: host?.name ?? "",
    album: "Spaces",
    artwork: picture ? [{ src: new URL(picture, location.href).href }] : [],
  };
}
