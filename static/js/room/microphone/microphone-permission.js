/** Return the permission for the microphone; null if the browser does not tell. @returns {Promise<PermissionStatus | null>} */
export async function microphonePermission() {
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ ("microphone") });
  } catch {
    return null; // not every browser supports this name
  }
}
