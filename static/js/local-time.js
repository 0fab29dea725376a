/**
 * Times of the page (`time[data-time]`, core/templatetags/times.py) in the viewer's zone. The server renders them in
 * UTC, or in the viewer's zone if it knows the zone.
 * The words are English, like the page; the clock has 12 or 24 hours, as is usual in the viewer's language.
 */
import { serverNow } from "./lib/server-clock.js";

const UPDATE_EVERY = 15_000; // ms; "today" becomes "tomorrow", "in 2 minutes" becomes "in 1 minute"
const MINUTE = 60_000; // ms
const DAY = 24 * 60 * MINUTE; // ms
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", hourCycle });
const [weekday, longWeekday, month, longMonth, zone] = [
  new Intl.DateTimeFormat("en", { weekday: "short" }),
  new Intl.DateTimeFormat("en", { weekday: "long" }),
  new Intl.DateTimeFormat("en", { month: "short" }),
  new Intl.DateTimeFormat("en", { month: "long" }),
  new Intl.DateTimeFormat("en", { timeZoneName: "short" }),
];

/** @type {Record<string, (at: Date, now: Date) => string>} */
const STYLES = { short: inShort, clock: showClock, date: showDate, month: (at) => month.format(at), day: (at) => `${at.getDate()}`, relative };

document.addEventListener("htmx:load", ({ target }) => target instanceof Element && renderTimes(target));
document.addEventListener("visibilitychange", () => document.hidden || renderTimes(document.body));
setInterval(() => document.hidden || renderTimes(document.body), UPDATE_EVERY);
renderTimes(document.body);

/** @param {Element} container */
export function renderTimes(container) {
  const now = new Date(serverNow());
  const times = [...container.querySelectorAll("time[data-time]")];
  for (const each of container.matches("time[data-time]") ? [container, ...times] : times) {
    const at = new Date(each.getAttribute("datetime") ?? "");
    const words = Number.isNaN(at.getTime()) ? undefined : STYLES[each.getAttribute("data-time") ?? ""]?.(at, now);
    if (words === undefined || each.textContent === words) continue;
    each.textContent = words;
    each.setAttribute("title", inFull(at));
  }
}

/** The same rules as `core.times.in_short`. @param {Date} at @param {Date} now */
function inShort(at, now) {
  const ahead = daysBetween(now, at);
  if (ahead === 0) return `today ${showClock(at)}`;
  if (ahead === 1) return `tomorrow ${showClock(at)}`;
  if (ahead > 1 && ahead < 7) return `${weekday.format(at)} ${showClock(at)}`;
  const year = at.getFullYear() === now.getFullYear() ? "" : ` ${at.getFullYear()}`;
  return `${weekday.format(at)} ${at.getDate()} ${month.format(at)}${year}, ${showClock(at)}`;
}

/** The same rules as `scheduling.wall_time.relative`. @param {Date} at @param {Date} now */
function relative(at, now) {
  const minutes = Math.floor((at.getTime() - now.getTime()) / MINUTE + 0.5);
  const size = Math.abs(minutes);
  if (!size) return "now";
  let [number, unit] = [size, "minute"];
  if (size >= 36 * 60) [number, unit] = [Math.floor(size / (24 * 60) + 0.5), "day"];
  else if (size >= 60) [number, unit] = [Math.floor(size / 60 + 0.5), "hour"];
  const counted = `${number} ${unit}${number === 1 ? "" : "s"}`;
  return minutes > 0 ? `in ${counted}` : `${counted} ago`;
}

/** @param {Date} at @returns {string} "18:00", or "6:00 PM" */
export function showClock(at) {
  return clock.format(at);
}

/** @param {Date} at @param {Date} now */
function showDate(at, now) {
  const ahead = daysBetween(now, at);
  const name = ahead === 0 ? "Today, " : ahead === 1 ? "Tomorrow, " : "";
  return `${name}${longWeekday.format(at)} ${at.getDate()} ${longMonth.format(at)}`;
}

/** @param {Date} at */
function inFull(at) {
  const name = zone.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
  return `${longWeekday.format(at)} ${at.getDate()} ${longMonth.format(at)} ${at.getFullYear()}, ${showClock(at)} ${name}`;
}

/** Count the midnights in between, in the viewer's zone; days may have 23 or 25 hours. @param {Date} from @param {Date} to */
function daysBetween(from, to) {
  const [start, end] = [from, to].map((each) => Date.UTC(each.getFullYear(), each.getMonth(), each.getDate()));
  return (end - start) / DAY;
}
