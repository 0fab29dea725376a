/** The click handlers of the buttons about captions, by `data-act`. */
import { watchAdjustment } from "./adjustment.js";
import { watchCaptioner } from "./captioner.js";
import { CaptionsPanel } from "./captions-panel.js";
import { watchReading } from "./reading.js";
import { canRecognize } from "./recognition.js";
import { answerRequest, watchVoices } from "./voices.js";

/**
 * @param {import("../button-handlers.js").RoomContext} context @param {AbortSignal} signal
 * @returns {Record<string, import("../button-handlers.js").ButtonHandler>}
 */
export function captionsButtonHandlers(context, signal) {
  const { root, room, session, commands, notices } = context;
  const panel = new CaptionsPanel(root, room, {
    captionsSwitch: session.captionsSwitch,
    fetchEarlier: (before) => commands.get(`captions/?before=${before}`),
    signal,
  });
  watchVoices(root, room, notices);
  const openSheet = watchReading(root, { isOnly: () => session.captionsOnly, setOnly: (only) => session.setCaptionsOnly(only), signal });
  const fillAdjustment = watchAdjustment(root, room, {
    save: async (fields) => {
      await commands.post("captions/adjust/", fields);
      notices.toast("Saved");
    },
    signal,
  });
  watchCaptioner(root, room, {
    write: (speaker, text) => commands.post("captions/write/", [["speaker", speaker], ["text", text]]),
    openPanel: () => panel.open(true),
    signal,
  });
  const choose = async (/** @type {boolean} */ on) => {
    const has = on && (await canRecognize({ install: true, chosen: room.state.captions.language }));
    await commands.post("captions/voice/", [["on", String(on)], ["has_recognition", String(has)]]);
  };
  const key = () => context.personSheet.key;
  return {
    captions: () => panel.toggle(),
    "captions-live": () => panel.jumpToLive(),
    "earlier-captions": () => panel.showEarlier(),
    "captions-sheet": () => {
      fillAdjustment();
      openSheet();
    },
    "read-captions": () => {
      session.setCaptionsOnly(true);
      panel.open(true);
      return context.enter();
    },
    "turn-sound-on": () => session.setCaptionsOnly(false),
    "caption-my-voice": async (box) => {
      const on = !room.isCaptioned(room.me);
      try {
        await choose(on);
      } catch (error) {
        /** @type {HTMLInputElement} */ (box).checked = !on;
        throw error;
      }
    },
    "accept-captions": () => choose(true),
    "decline-captions": () => answerRequest(room),
    "ask-for-captions": async (button) => {
      await commands.post("captions/ask/");
      button.closest("dialog")?.close();
      notices.toast("Everyone on the stage was asked");
    },
    "let-write-captions": () => commands.post(`people/${key()}/captioner/`, [["on", "true"]]),
    "stop-writing-captions": () => commands.post(`people/${key()}/captioner/`, [["on", "false"]]),
  };
}
