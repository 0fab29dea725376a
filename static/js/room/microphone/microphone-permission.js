/** Return the permission for the microphone; null if the browser does not report it. @returns {Promise<PermissionStatus | null>} */
export async function microphonePermission() {
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ ("microphone") });
  } catch {
    return null; // some browsers do not support this name
  }
}
