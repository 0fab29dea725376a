/**
 * Shows a page of its own when a page can't be loaded, instead of the browser's error.
 *
 * Nothing else is kept: pages hold what is private, and on a shared computer the next person must
 * not find it. config/offline.py names what is kept and loads this script.
 */

/** @type {any} */ // TypeScript has one library for pages and another for workers
const worker = self;
/** @type {{page: string, files: string[]}} */
const kept = worker.kept;
const CACHE = "offline";
const isKept = new Set(kept.files.map((file) => new URL(file, location.href).href));

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  // With preload the page is requested while the worker starts, so the worker costs no time.
  event.waitUntil(worker.registration.navigationPreload?.enable());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET") return; // a form that was sent is not to be sent again by a reload
  if (request.mode === "navigate") event.respondWith(loadPage(event));
  else if (isKept.has(request.url)) event.respondWith(load(request));
});

async function keep() {
  await caches.delete(CACHE); // the files of the version before
  const cache = await caches.open(CACHE);
  await cache.addAll([kept.page, ...kept.files]);
}

/** @param {any} event */
async function loadPage(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(kept.page)) ?? Response.error();
  }
}

/** @param {Request} request */
async function load(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}
