/**
 * The server's time. A device's clock may be wrong by hours, so countdowns and waiting times use this clock. It is set
 * when a page is served and by every socket's `hello` (docs/protocol.md). In between, the browser's monotonic clock,
 * which nobody can change, measures the time.
 */

let offset = measureByPage(); // the server's time in ms when performance.now() was 0

/** @param {string} now the server's time, from `hello` */
export function setServerTime(now) {
  offset = Date.parse(now) - performance.now();
}

/** @returns {number} ms since 1970 */
export function serverNow() {
  return performance.now() + offset;
}

/** Use the time at which the server sent the page; if the page does not state it, use the device's clock. */
function measureByPage() {
  const sent = document.querySelector("meta[name=server-time]")?.getAttribute("content");
  const [navigation] = performance.getEntriesByType("navigation");
  if (!sent || !(navigation instanceof PerformanceNavigationTiming)) return Date.now() - performance.now();
  return Number(sent) * 1000 - navigation.responseStart;
}
