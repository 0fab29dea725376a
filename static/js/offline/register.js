/** Has the browser keep the offline page, once everything that this page needs is loaded. */

if ("serviceWorker" in navigator) {
  const register = () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {
      // Some private windows refuse it; without it the browser shows its own error page.
    });
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
