/** allauth only logs passkey errors to the console, so show them on the page. */
document.addEventListener("allauth.error", (event) => {
  const note = document.querySelector("[data-part=passkey-problem]");
  if (!(note instanceof HTMLElement)) return;
  event.preventDefault();
  note.hidden = false;
  note.scrollIntoView({ block: "nearest" });
});
