/**
 * A part of the service worker: show the offline page instead of the browser's error when a page can't be loaded.
 *
 * Only the offline page and its files are stored: other pages contain private data, which the next
 * person on a shared computer must not see. config/service_worker.py loads this script and lists the files in `kept`.
 */

/** @type {any} */ // TypeScript's types for pages and for workers exclude each other
const worker = self;
/** @type {{page: string, files: string[]}} */
const kept = worker.kept;
const CACHE = "offline";
const isStored = new Set(kept.files.map((file) => new URL(file, location.href).href));

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(store().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  // With preload, the browser requests the page while the worker starts, so the worker does not delay it.
  event.waitUntil(worker.registration.navigationPreload?.enable());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET") return; // never resend a form
  if (request.mode === "navigate") event.respondWith(loadPage(event));
  else if (isStored.has(request.url)) event.respondWith(load(request));
});

async function store() {
  await caches.delete(CACHE); // files of the previous version
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
