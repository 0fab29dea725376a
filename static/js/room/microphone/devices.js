/**
 * React to devices that are plugged in or unplugged: open a microphone that was missing, and play on the chosen
 * loudspeaker while it is connected, otherwise on the system's default. Also open the microphone as soon as the person
 * allows it in the browser's settings.
 */
import { REFUSALS } from "./microphone.js";
import { microphonePermission } from "./microphone-permission.js";
import { preference } from "../../lib/preferences.js";

const MISSING = ["microphone-lost", "microphone-missing", "microphone-busy"];

/**
 * @param {{call: {microphoneProblem: string, retryMicrophone: () => unknown}, sound: import("../sound/sound.js").Sound,
 *   signal: AbortSignal}} options
 */
export function watchDevices({ call, sound, signal }) {
  const { mediaDevices } = navigator;
  if (!mediaDevices) return;
  mediaDevices.addEventListener("devicechange", async () => {
    const devices = await mediaDevices.enumerateDevices();
    const outputs = devices.filter((each) => each.kind === "audiooutput" && each.deviceId).map((each) => each.deviceId);
    const chosen = preference("output");
    // Without permission for the microphone, browsers list no loudspeakers, so an empty list does not mean that the
    // chosen one was unplugged.
    if (outputs.length) void sound.direct(outputs.includes(chosen) ? chosen : "");
    if (MISSING.includes(call.microphoneProblem) && devices.some((each) => each.kind === "audioinput")) call.retryMicrophone();
  }, { signal });
  void microphonePermission().then((permission) =>
    permission?.addEventListener("change", () => {
      if (permission.state === "granted" && REFUSALS.includes(call.microphoneProblem)) call.retryMicrophone();
    }, { signal }));
}
