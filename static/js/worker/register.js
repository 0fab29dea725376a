/**
 * Register the service worker, after everything that this page needs has loaded, and handle its messages: show a push
 * message as a toast, or open the page of a notification that was tapped (worker/push.js).
 */
import { openPage } from "../navigation.js";
import { showNotification } from "../notifications/arrivals.js";

if ("serviceWorker" in navigator) {
  const register = () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {
      // Some private windows refuse service workers. Without one, the browser shows its own error page.
    });
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });

  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.t === "pushed") showNotification(data.text, data.url);
    if (data.t === "open") openPage(data.url);
  });
}
