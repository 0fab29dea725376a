/** While the host is disconnected, show their name and how long the Space waits for them. */
import { serverNow } from "../../lib/server-clock.js";
import { part, setText } from "../../lib/parts.js";

const RENDER_EVERY = 1_000; // ms

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {{notices: import("../notices/notices.js").Notices, signal: AbortSignal}} options
 */
export function watchHost(root, room, { notices, signal }) {
  const render = () => {
    const { host, host_away_ends_at: end } = room.state.space;
    notices.set("host", end && host !== room.me ? "host-away" : "");
    if (!end || notices.shown !== "host-away") return;
    const banner = part(root, "banner");
    setText(banner, "away-host", room.person(host)?.name ?? "The host");
    setText(banner, "away-left", describeLeft(Date.parse(end) - serverNow()));
  };
  room.renderWith(render);
  const clock = setInterval(render, RENDER_EVERY);
  signal.addEventListener("abort", () => clearInterval(clock));
}

/** @param {number} left ms */
function describeLeft(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}
