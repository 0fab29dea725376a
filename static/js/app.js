/** The entry point: imports every module that registers itself on a page. */
import "./theme-switch.js";
import "./dialogs.js";
import "./forms.js";
import "./navigation.js";
import "./restored.js";
import "./underway.js";
import "./dock.js";
import "./page-socket.js";
import "./blocks.js";
import "./compose.js";
import "./posts.js";
import "./copy-button.js";
import "./offline/register.js";
import "./room/space-room.js";
import "./room/sound/media-session.js";
import "./room/microphone/mute-key.js";
import "./room/sound/wake-lock.js";
