/** Tell the site the time zone of this browser, once for each person; the site uses it unless it knows one already. */
import { preference, setPreference } from "../lib/preferences.js";
import { getKey, post } from "./requests.js";

const page = document.getElementById("page");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const told = `${page?.dataset.viewer} ${zone}`;

if (page?.dataset.viewer && zone && preference("zone") !== told) void tell();

async function tell() {
  try {
    const { token } = await getKey();
    await post("/notifications/zone/", token, { zone });
    setPreference("zone", told);
  } catch {
    // The next page tries again.
  }
}
