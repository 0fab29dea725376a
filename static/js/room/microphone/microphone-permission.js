/** Whether the browser lets this page use the microphone: null where it does not tell. @returns {Promise<PermissionStatus | null>} */
export async function microphonePermission() {
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ ("microphone") });
  } catch {
    return null; // not every browser knows that name
  }
}
