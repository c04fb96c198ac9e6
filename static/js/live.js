// The one live mechanism. An element with data-live="URL" is asked for again every five seconds;
// an unchanged answer is a 304 and costs nothing. After thirty seconds without contact the page
// says so, turns grey and lets nobody act on old facts, except inside [data-always].
const EVERY = 5000;
const STALE_AFTER = 30000;
const ETAGS = new WeakMap();
const state = document.querySelector("[data-live-state]");
const announcer = document.querySelector("[data-live-announcer]");
let contactAt = Date.now();
let dataClock = "";
let waiting = false;
let signedOut = false;

const parts = () => document.querySelectorAll("[data-live]");

function isBusy(part) {
  const focused = document.activeElement;
  const typing = focused && part.contains(focused) && focused.matches("input, select, textarea");
  return Boolean(typing || part.querySelector("form[data-dirty], dialog[open], .htmx-request"));
}

async function ask(part) {
  const headers = { "X-Live": "1", "HX-Request": "true", "HX-Target": part.id || "" };
  const etag = ETAGS.get(part);
  if (etag) headers["If-None-Match"] = etag;
  const response = await fetch(part.dataset.live, {
    headers,
    cache: "no-store",
    credentials: "same-origin",
    redirect: "manual",
    signal: AbortSignal.timeout(EVERY * 2),
  });
  signedOut = response.type === "opaqueredirect" || response.status === 401;
  if (signedOut) return false;
  if (response.status === 403 || response.status === 404) {
    window.location.reload(); // no longer ours to see: the page itself says why
    return false;
  }
  if (response.status !== 304 && !response.ok) return false;
  const now = response.headers.get("X-Domain-Now");
  if (now) document.dispatchEvent(new CustomEvent("clock:follow", { detail: now }));
  if (response.status !== 304) await take(part, response);
  return true;
}

async function take(part, response) {
  const html = await response.text();
  if (isBusy(part)) {
    waiting = true;
    return;
  }
  ETAGS.set(part, response.headers.get("ETag"));
  waiting = false;
  swap(part, html);
}

function swap(part, html) {
  const focused = part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const open = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
  const said = announcement(part);
  part.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) part.querySelector(focused)?.focus({ preventScroll: true });
  if (window.htmx) window.htmx.process(part);
  if (announcer && announcement(part) !== said) announcer.textContent = announcement(part);
  document.dispatchEvent(new CustomEvent("live:swapped", { detail: part }));
}

function announcement(part) {
  return [...part.querySelectorAll("[data-announce]")].map((one) => one.textContent.trim()).join(" ");
}

function keyOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function setStale(stale) {
  const root = document.documentElement;
  if (stale === root.hasAttribute("data-stale")) return;
  root.toggleAttribute("data-stale", stale);
  const buttons = "main button:not([data-always]), main input[type=submit]:not([data-always])";
  for (const button of document.querySelectorAll(buttons)) {
    if (button.closest("[data-always]")) continue;
    if (stale && !button.disabled) button.dataset.staleDisabled = "";
    if ("staleDisabled" in button.dataset) button.disabled = stale;
    if (!stale) delete button.dataset.staleDisabled;
  }
}

function sentence() {
  const { dataset } = state;
  if (signedOut) return dataset.textSignedOut;
  if (Date.now() - contactAt > STALE_AFTER) return dataset.textStale.replace("{time}", dataClock);
  if (waiting) return dataset.textWaiting;
  const seconds = String(Math.round((Date.now() - contactAt) / 1000));
  return `${dataset.textLive} · ${dataset.textChecked.replace("{n}", seconds)}`;
}

function tell() {
  const stale = signedOut || Date.now() - contactAt > STALE_AFTER;
  setStale(stale);
  if (!state) return;
  state.hidden = parts().length === 0;
  state.classList.toggle("is-stale", stale);
  state.querySelector("[data-live-words]").textContent = sentence();
}

function rememberClock() {
  contactAt = Date.now();
  const answer = (_now, text) => {
    dataClock = text;
  };
  document.dispatchEvent(new CustomEvent("clock:ask", { detail: { answer } }));
}

async function round() {
  if (document.visibilityState === "visible") {
    const answers = await Promise.allSettled([...parts()].map(ask));
    if (answers.every((one) => one.status === "fulfilled" && one.value)) rememberClock();
    tell();
  }
  setTimeout(round, EVERY);
}

function refuseWhenStale(event) {
  if (!document.documentElement.hasAttribute("data-stale")) return;
  const act = event.target.closest("main :is(form, button, a.button)");
  if (!act || act.closest("[data-always]")) return;
  event.preventDefault();
  event.stopPropagation();
}

if (parts().length) {
  rememberClock();
  tell();
  setInterval(tell, 1000);
  setTimeout(round, EVERY);
  document.addEventListener("visibilitychange", tell);
  document.addEventListener("click", refuseWhenStale, true);
  document.addEventListener("submit", refuseWhenStale, true);
}
