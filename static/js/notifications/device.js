/**
 * Push messages in this browser (W3C Push API). The site knows a browser by its subscription, which ends when its person
 * signs out. The preference `push` is the id of the person who turned push messages on here.
 */
import { preference, setPreference } from "../lib/preferences.js";
import { getKey, post, RequestError } from "./requests.js";

const RENEW_EVERY = 3_600_000; // ms; the session of a subscription changes, e.g. with a new password

/** @typedef {"unsupported" | "install" | "denied" | "off" | "on"} PushState */

/** @returns {Promise<PushState>} */
export async function pushState() {
  if (!isSupported()) return isPhoneOfApple() ? "install" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const isOn = Notification.permission === "granted" && preference("push") === viewer() && (await subscription()) !== null;
  return isOn ? "on" : "off";
}

/** Ask for the permission, which browsers allow only after a tap, and subscribe. Throws RequestError. */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  await subscribe();
  setPreference("push", viewer());
}

/** Throws RequestError. */
export async function turnOff() {
  const current = await subscription();
  setPreference("push", "");
  if (!current) return;
  const { token } = await getKey();
  await post("/notifications/push/unsubscribe/", token, { endpoint: current.endpoint });
  await current.unsubscribe();
}

/** Keep the subscription while the same person is signed in, and end it when they are not. */
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

/** In iOS, only web apps on the home screen get push messages. iPads say that they are Macs. */
function isPhoneOfApple() {
  return /iPhone|iPad|iPod/u.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
