/** The key `M` mutes or unmutes a person on stage, on every page, except in text fields. */
import { live } from "../live.js";

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
  live.visit?.session.voice.toggle();
});
