/**
 * The server's time. A device's clock may be wrong by hours, so countdowns and waiting times use this clock. It is set
 * when a page is served and again by every socket's `hello` (docs/protocol.md). In between it follows the browser's
 * monotonic clock, which nobody can change.
 */

let ahead = measureByPage(); // the server's time in ms when performance.now() was 0

/** @param {string} now the server's time, from `hello` */
export function setServerTime(now) {
  ahead = Date.parse(now) - performance.now();
}

/** @returns {number} ms since 1970 */
export function serverNow() {
  return performance.now() + ahead;
}

/** The page states the time at which it was sent. Without that, only the device's clock is left. */
function measureByPage() {
  const told = document.querySelector("meta[name=server-time]")?.getAttribute("content");
  const [navigation] = performance.getEntriesByType("navigation");
  if (!told || !(navigation instanceof PerformanceNavigationTiming)) return Date.now() - performance.now();
  return Number(told) * 1000 - navigation.responseStart;
}
