/** What a session description says of Opus: mono for talk, stereo for music (RFC 7587, section 6.1). */

const MUSIC_BITRATE = 128_000; // bits a second that a microphone sends; the mix is encoded anew

/** A description of our own that wants to hear stereo: browsers mix it down otherwise. @param {string} sdp */
export function hearingStereo(sdp) {
  return withParameters(sdp, { stereo: "1" });
}

/** The node's description, as what it wants of our microphone now. @param {string} sdp @param {boolean} music */
export function wantingMusic(sdp, music) {
  return withParameters(sdp, { stereo: music ? "1" : "", maxaveragebitrate: music ? String(MUSIC_BITRATE) : "" });
}

/** @param {string} sdp @param {Record<string, string>} changes by name; "" takes one away */
function withParameters(sdp, changes) {
  const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  const line = new RegExp(`^a=fmtp:${payload} (.*)$`, "m");
  return sdp.replace(line, (_, said) => {
    const all = new Map(said.trim().split(";").map((/** @type {string} */ each) => each.trim().split("=")));
    for (const [name, value] of Object.entries(changes)) value ? all.set(name, value) : all.delete(name);
    return `a=fmtp:${payload} ${[...all].map((each) => each.join("=")).join(";")}`;
  });
}
