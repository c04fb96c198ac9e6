// What was typed into a long form is kept while another page is visited, and only here: in this tab,
// for this person, until it is saved, discarded or somebody signs out. Never a password or signature.
const PREFIX = "draft:";
const NEVER = "[type=password], [type=hidden], [type=file], [autocomplete~=current-password], [name$=_confirmed], form[data-sign] [type=checkbox]";
const person = document.documentElement.dataset.person ?? "";
const keyOf = (path) => `${PREFIX}${person}:${path}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("drafts") : null;

function store() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // storage is switched off on some shared stations: nothing is kept
  }
}

const keys = () => Object.keys(store() ?? {}).filter((key) => key.startsWith(PREFIX));
const drop = (key) => store()?.removeItem(key);
const dropAll = () => keys().forEach(drop);

function read(key) {
  try {
    return JSON.parse(store()?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    store()?.setItem(key, JSON.stringify(draft));
  } catch {
    // full: what was kept before stays
  }
}

const mayKeep = (field) => field.name && field.matches("input, select, textarea") && !field.matches(NEVER);
const named = (form, name) => [...form.elements].filter((field) => field.name === name && mayKeep(field));
const isTick = (field) => field.type === "radio" || field.type === "checkbox";

function valuesOf(fields) {
  return fields.filter((field) => !isTick(field) || field.checked).map((field) => field.value);
}

function put(fields, values) {
  fields.forEach((field, n) => {
    if (isTick(field)) field.checked = values.includes(field.value);
    else if (values[n] !== undefined) field.value = values[n];
  });
  const folded = values.some(Boolean) && fields[0]?.closest("details");
  if (folded) folded.open = true;
}

function domainNow() {
  let found = Date.now();
  const answer = (now) => {
    found = now;
  };
  document.dispatchEvent(new CustomEvent("clock:ask", { detail: { answer } }));
  return found;
}

function clockTime(moment) {
  const { zone } = document.documentElement.dataset;
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone || undefined };
  return new Intl.DateTimeFormat("en", format).format(moment);
}

// Only what was touched is kept: what the chart fills in by itself is always the newest.
function keep(form, name) {
  const key = keyOf(location.pathname);
  const draft = read(key) ?? { path: location.pathname, values: {} };
  draft.values[name] = valuesOf(named(form, name));
  write(key, { ...draft, at: domainNow(), sent: false });
}

function restore(form, draft) {
  for (const [name, values] of Object.entries(draft.values)) put(named(form, name), values);
  form.dataset.dirty = "";
  const notice = form.querySelector("[data-draft-notice]");
  notice.querySelector("[data-draft-at]").textContent = clockTime(draft.at);
  notice.hidden = false;
}

function discard(form) {
  drop(keyOf(location.pathname));
  form.reset();
  delete form.dataset.dirty;
  form.querySelector("[data-draft-notice]").hidden = true;
}

// The page answered with what was typed and why it was not saved: that is newer than the draft.
const isRefused = (form) => form.querySelector("[aria-invalid=true], .stops") !== null;
const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

// A sent draft whose form led somewhere else was saved.
function dropSaved(form) {
  for (const key of keys()) {
    const draft = read(key);
    const isHere = draft?.path === location.pathname;
    if (!key.startsWith(keyOf("")) || !draft) drop(key);
    else if (draft.sent && !(isHere && form && (isRefused(form) || cameBack()))) drop(key);
    else if (draft.sent) write(key, { ...draft, sent: false });
  }
}

function begin() {
  if (!person) {
    dropAll();
    return;
  }
  const form = document.querySelector("[data-draft-notice]")?.closest("form");
  dropSaved(form);
  const draft = form && read(keyOf(location.pathname));
  if (draft && !isRefused(form)) restore(form, draft);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    const form = target.form;
    if (form?.querySelector("[data-draft-notice]") && mayKeep(target)) keep(form, target.name);
  });
}

document.addEventListener("submit", ({ target: form }) => {
  if (form.matches("[action$='/logout/']")) {
    dropAll();
    channel?.postMessage("out");
  }
  const draft = form.querySelector("[data-draft-notice]") && read(keyOf(location.pathname));
  if (draft) write(keyOf(location.pathname), { ...draft, sent: true });
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-draft-discard]");
  if (button) discard(button.closest("form"));
});

channel?.addEventListener("message", dropAll);
begin();
