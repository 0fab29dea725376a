/** Requests about push messages and the notification settings. */

/** A request failed; the message is for the person. */
export class RequestError extends Error {}

/** @returns {Promise<{key: string, token: string}>} the site's public key for push messages, and a CSRF token. Throws RequestError */
export async function getKey() {
  return (await request("/notifications/push/", {})).json();
}

/** Throws RequestError. @param {string} path @param {string} token @param {Record<string, string>} fields */
export function post(path, token, fields) {
  const headers = { "X-CSRFToken": token };
  // With keepalive, the request is sent even if the person leaves the page in the meantime.
  return request(path, { method: "POST", body: new URLSearchParams(fields), headers, keepalive: true });
}

/** @param {string} path @param {RequestInit} init */
async function request(path, init) {
  const headers = { Accept: "application/json", ...init.headers };
  let response;
  try {
    response = await fetch(path, { ...init, headers, redirect: "manual" });
  } catch {
    throw new RequestError("That did not reach the server. Check your network and try again.");
  }
  if (response.ok) return response;
  if (response.type === "opaqueredirect") throw new RequestError("You are signed out. Sign in again.");
  const refusal = await response.json().catch(() => null);
  throw new RequestError(refusal?.message ?? "Something went wrong. Try again in a moment.");
}
