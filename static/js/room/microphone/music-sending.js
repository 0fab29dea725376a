/** Capture and send music while the room is in music mode, otherwise talk. */

const NOT_STARTED = "Couldn't switch your microphone to music mode. Select it again in the audio settings.";
const NOT_STOPPED = "Couldn't switch your microphone out of music mode. Select it again in the audio settings.";

/**
 * @param {{room: import("../room.js").Room, microphone: import("./microphone.js").Microphone,
 *   call: import("../call/call.js").Call, showError: (error: unknown) => void}} options
 */
export function watchMusicSending({ room, microphone, call, showError }) {
  let sendsMusic = false;
  room.renderWith(async () => {
    const music = room.state.space.music_mode;
    if (music === sendsMusic) return;
    sendsMusic = music;
    try {
      await Promise.all([microphone.captureMusic(music), call.sendMusic(music)]);
    } catch {
      showError(new Error(music ? NOT_STARTED : NOT_STOPPED));
    }
  });
}
