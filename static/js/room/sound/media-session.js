/**
 * Show the Space in the system's media controls, such as the lock screen. The pause button mutes a person on the
 * stage; for a listener, it leaves the Space.
 */
import { live } from "../live.js";

/** @typedef {import("../visit.js").Visit} Visit */

const session = "mediaSession" in navigator ? navigator.mediaSession : null;
/** @type {WeakSet<Visit>} */
const known = new WeakSet();
let shown = "";

if (session) {
  live.subscribe(({ visit }) => {
    if (!known.has(visit)) {
      known.add(visit);
      visit.room.renderWith(render);
      visit.session.sound.subscribe(render);
    }
    render();
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

function render() {
  if (!session) return;
  const { visit } = live;
  const paused = visit !== null && visit.session.sound.playback !== "playing";
  session.playbackState = !visit ? "none" : paused ? "paused" : "playing";
  const metadata = visit ? describe(visit) : null;
  if (shown === JSON.stringify(metadata)) return;
  shown = JSON.stringify(metadata);
  session.metadata = metadata && new MediaMetadata(metadata);
}

/** @param {Visit} visit @returns {MediaMetadataInit} */
function describe({ room }) {
  const { space } = room.state;
  const host = room.person(space.host);
  const icon = document.querySelector("link[rel=apple-touch-icon]")?.getAttribute("href");
  const picture = host?.avatar || icon;
  return {
    title: space.title,
    artist: host?.name ?? "",
    album: "Spaces",
    artwork: picture ? [{ src: new URL(picture, location.href).href }] : [],
  };
}
