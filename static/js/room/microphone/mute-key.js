/** `M` mutes and unmutes whoever is on a stage, whatever the page shows; in a field it is a letter. */
import { live } from "../live.js";

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
  live.visit?.session.voice.toggle();
});
