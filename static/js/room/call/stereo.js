/** Opus parameters in a session description: mono for talk, stereo for music (RFC 7587, section 6.1). */

const MUSIC_BITRATE = 128_000; // bit/s from the microphone; the node encodes the mix itself

/** Request stereo in this page's description; otherwise browsers downmix the sound that they receive. @param {string} sdp */
export function receivingStereo(sdp) {
  return withParameters(sdp, { stereo: "1" });
}

/** Edit the node's description so that the microphone is sent as music or as talk. @param {string} sdp @param {boolean} music */
export function sendingMusic(sdp, music) {
  return withParameters(sdp, { stereo: music ? "1" : "", maxaveragebitrate: music ? String(MUSIC_BITRATE) : "" });
}

/** @param {string} sdp @param {Record<string, string>} changes by name; "" removes a parameter */
function withParameters(sdp, changes) {
  const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  const line = new RegExp(`^a=fmtp:${payload} (.*)$`, "m");
  return sdp.replace(line, (_, parameters) => {
    const all = new Map(parameters.trim().split(";").map((/** @type {string} */ each) => each.trim().split("=")));
    for (const [name, value] of Object.entries(changes)) value ? all.set(name, value) : all.delete(name);
    return `a=fmtp:${payload} ${[...all].map((each) => each.join("=")).join(";")}`;
  });
}
