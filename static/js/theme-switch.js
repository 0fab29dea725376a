/** `[data-act=theme]` switches between the light and the dark theme, also for later visits. */
const YEAR = 365 * 24 * 60 * 60;

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-act=theme]")) return;
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme};path=/;max-age=${YEAR};samesite=lax`;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The cookie is enough.
  }
});

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
