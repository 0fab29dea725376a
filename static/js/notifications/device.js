/**
 * Push messages in this browser (W3C Push API). The site identifies a browser by its subscription, which ends when the
 * person signs out. The preference `push` is the id of the person who turned push messages on in this browser.
 */
import { preference, setPreference } from "../lib/preferences.js";
import { getKey, post, RequestError } from "./requests.js";

const RENEW_EVERY = 3_600_000; // ms; the session to which a subscription belongs changes, e.g. with a new password

/** @typedef {"unsupported" | "install" | "denied" | "off" | "on"} PushState */

/** @returns {Promise<PushState>} */
export async function pushState() {
  if (!isSupported()) return isAppleMobile() ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const isOn = Notification.permission === "granted" && preference("push") === viewer() && (await subscription()) !== null;
  return isOn ? "on" : "off";
}

/** Ask for the permission, which many browsers allow only after a tap, and subscribe. Throws RequestError. */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  await subscribe();
  setPreference("push", viewer());
}

/** End the subscription. Throws RequestError. */
export async function turnOff() {
  const current = await subscription();
  setPreference("push", "");
  if (!current) return;
  const { token } = await getKey();
  await post("/notifications/push/unsubscribe/", token, { endpoint: current.endpoint });
  await current.unsubscribe();
}

/** Renew the subscription while the same person is signed in, and end it when nobody is. */
export async function renew() {
  const owner = preference("push");
  if (!owner || !isSupported()) return;
  if (!viewer()) {
    setPreference("push", "");
    await (await subscription())?.unsubscribe();
  } else if (owner === viewer() && Notification.permission === "granted" && Date.now() - Number(preference("push-renewed")) > RENEW_EVERY) {
    await subscribe();
  }
}

async function subscribe() {
  const { key, token } = await getKey();
  const { endpoint, keys } = (await subscribeWith(key)).toJSON();
  await post("/notifications/push/subscribe/", token, { endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" });
  setPreference("push-renewed", String(Date.now()));
}

/** @param {string} applicationServerKey @returns {Promise<PushSubscription>} */
async function subscribeWith(applicationServerKey) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    const isForOtherKey = error instanceof DOMException && error.name === "InvalidStateError";
    if (isForOtherKey && (await (await subscription())?.unsubscribe())) return subscribeWith(applicationServerKey);
    throw new RequestError("Your browser could not reach its push service. Check that push messages are allowed in its settings, then try again.");
  }
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function isSupported() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** On iOS, only web apps on the home screen get push messages. The user agent of an iPad is that of a Mac. */
function isAppleMobile() {
  return /iPhone|iPad|iPod/u.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
