// Ticking times. The server's domain clock leads: <html data-now> says what time it was there when
// the page was made, so a wrong device clock or a moved training clock changes nothing.
const root = document.documentElement;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
let ahead = 0; // milliseconds from the device clock to the domain clock

function follow(iso) {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

function domainNow() {
  return Date.now() + ahead;
}

function words(seconds) {
  const s = Math.floor(Math.abs(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min`;
  if (s < 2 * DAY) return `${Math.floor(s / HOUR)} h ${two(Math.floor((s % HOUR) / MINUTE))}`;
  return `${Math.floor(s / DAY)} d ${Math.floor((s % DAY) / HOUR)} h`;
}

function digits(seconds) {
  const s = Math.floor(Math.max(seconds, 0));
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(s / HOUR)}:${two(Math.floor((s % HOUR) / MINUTE))}:${two(s % MINUTE)}`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function span(element, seconds) {
  const format = element.dataset.format === "seconds" ? digits : words;
  write(element, format(seconds));
}

function clockText() {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (root.dataset.zone) options.timeZone = root.dataset.zone;
  return new Intl.DateTimeFormat("en-GB", options).format(domainNow());
}

function meter(element, now) {
  const most = Number(element.dataset.meterSeconds);
  const gone = Math.max((now - Date.parse(element.dataset.meterSince)) / 1000, 0);
  const reached = Math.min(gone, most);
  element.querySelector("rect").setAttribute("width", ((reached / most) * 100).toFixed(2));
  element.setAttribute("aria-valuenow", String(Math.floor(reached)));
  element.setAttribute("aria-valuetext", words(gone));
}

function tick() {
  const now = domainNow();
  for (const one of document.querySelectorAll("[data-since]")) {
    span(one, (now - Date.parse(one.dataset.since)) / 1000);
  }
  for (const one of document.querySelectorAll("[data-until]")) {
    span(one, Math.max((Date.parse(one.dataset.until) - now) / 1000, 0));
  }
  for (const one of document.querySelectorAll("[data-clock]")) write(one, clockText());
  for (const one of document.querySelectorAll("[data-meter-since]")) meter(one, now);
  for (const one of document.querySelectorAll("[data-turns-at]")) {
    one.classList.toggle("is-over", now >= Date.parse(one.dataset.turnsAt));
  }
}

follow(root.dataset.now);
document.addEventListener("clock:follow", (event) => follow(event.detail));
document.addEventListener("clock:ask", (event) => event.detail.answer(domainNow(), clockText()));
document.addEventListener("live:swapped", tick);
document.addEventListener("htmx:afterSettle", tick);
tick();
setInterval(tick, 1000);
