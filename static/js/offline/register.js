/** Register the service worker, which stores the offline page, after everything that this page needs has loaded. */

if ("serviceWorker" in navigator) {
  const register = () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {
      // Some private windows refuse service workers. Without one, the browser shows its own error page.
    });
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
