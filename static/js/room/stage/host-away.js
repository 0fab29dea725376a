/** The host lost the connection: show who it is, and how long the Space waits for them. */
import { serverNow } from "../../lib/server-clock.js";
import { part, write } from "../../lib/parts.js";

const EVERY = 1_000; // ms

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {{notices: import("../notices/notices.js").Notices, signal: AbortSignal}} options
 */
export function followHost(root, room, { notices, signal }) {
  const paint = () => {
    const { host, host_away_ends_at: end } = room.state.space;
    notices.set("host", end && host !== room.me ? "host-away" : "");
    if (!end || notices.shown !== "host-away") return;
    const banner = part(root, "banner");
    write(banner, "away-host", room.person(host)?.name ?? "The host");
    write(banner, "away-left", describeLeft(Date.parse(end) - serverNow()));
  };
  room.paintWith(paint);
  const clock = setInterval(paint, EVERY);
  signal.addEventListener("abort", () => clearInterval(clock));
}

/** @param {number} left ms */
function describeLeft(left) {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}
