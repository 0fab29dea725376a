/** Pass the Space on: by the system's sheet where there is one, else as a link in the clipboard. */

/** @param {string} title @param {(text: string) => void} toast */
export async function share(title, toast) {
  const url = address();
  if (!navigator.share) return copyLink(toast);
  try {
    await navigator.share({ title, url });
  } catch (error) {
    const given = error instanceof DOMException && error.name === "AbortError";
    if (!given) await copyLink(toast);
  }
}

/** @param {(text: string) => void} toast */
export async function copyLink(toast) {
  try {
    await navigator.clipboard.writeText(address());
    toast("Link copied");
  } catch {
    toast(`Copy this link: ${address()}`); // no clipboard on an insecure page
  }
}

function address() {
  return location.origin + location.pathname;
}
