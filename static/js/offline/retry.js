/** The offline page loads the page that was asked for as soon as the site answers again. */

const PAUSE = 5000; // ms

// At its own address there is no other page to come back to.
if (location.pathname !== "/offline/") {
  addEventListener("online", retry);
  setInterval(() => {
    if (!document.hidden) retry();
  }, PAUSE);
}

async function retry() {
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store" });
    location.reload();
  } catch {
    // Still no connection: the next attempt follows.
  }
}
