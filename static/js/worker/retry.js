/** On the offline page: load the requested page as soon as the site responds again. */

const RETRY_EVERY = 5_000; // ms

// At the offline page's own URL there is no requested page.
if (location.pathname !== "/offline/") {
  addEventListener("online", retry);
  setInterval(() => {
    if (!document.hidden) retry();
  }, RETRY_EVERY);
}

async function retry() {
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store" });
    location.reload();
  } catch {
    // There is still no connection; the next attempt follows.
  }
}
