/**
 * The server's time. The clock of a phone or a laptop may be wrong by hours, so whatever counts down, or says how long
 * somebody has waited, goes by this one. A page is served with it, and every socket's `hello` tells it anew
 * (docs/protocol.md). In between it follows the browser's monotonic clock, which nobody can set.
 */

let ahead = measureByPage(); // ms: the server's time when performance.now() was 0

/** @param {string} now the server's time as it says hello */
export function setServerTime(now) {
  ahead = Date.parse(now) - performance.now();
}

/** @returns {number} ms since 1970 */
export function serverNow() {
  return performance.now() + ahead;
}

/** What the page says was true when its first byte came. A page that doesn't say has only this device's clock. */
function measureByPage() {
  const told = document.querySelector("meta[name=server-time]")?.getAttribute("content");
  const [navigation] = performance.getEntriesByType("navigation");
  if (!told || !(navigation instanceof PerformanceNavigationTiming)) return Date.now() - performance.now();
  return Number(told) * 1000 - navigation.responseStart;
}
