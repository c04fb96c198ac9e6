// Buttons beside a box for a time: now, a quarter of an hour earlier, or the picker of the device.
// They only write into the box, in the zone of the site; what is typed there stays possible.
const MINUTE = 60000;
const HOUR = 60 * MINUTE;

function domainNow() {
  let found = Date.now();
  const answer = (now) => {
    found = now;
  };
  document.dispatchEvent(new CustomEvent("clock:ask", { detail: { answer } }));
  return found;
}

function wallTime(moment, zone) {
  const options = {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  const parts = new Intl.DateTimeFormat("en", options).formatToParts(moment);
  const { year, month, day, hour, minute } = Object.fromEntries(
    parts.map((part) => [part.type, part.value]),
  );
  return `${year}-${month}-${day} ${hour}:${minute}`;
}

// In the night the clocks go back an hour comes twice; the box wants to know which one.
function spelled(moment, zone) {
  const text = wallTime(moment, zone);
  if (wallTime(moment + HOUR, zone) === text) return `${text} (1)`;
  if (wallTime(moment - HOUR, zone) === text) return `${text} (2)`;
  return text;
}

function write(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// The clock's own hands: typed text is moved as it stands, whatever the night does to the hour.
function earlierText(text, minutes) {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)/.exec(text);
  const wall = found ? Date.parse(`${found[1]}T${found[2]}:00Z`) : NaN;
  return Number.isNaN(wall) ? null : wallTime(wall - minutes * MINUTE, "UTC");
}

function put(box, moment) {
  box.dataset.whenAt = String(moment);
  write(box, spelled(moment, box.dataset.when));
}

function putEarlier(box, minutes) {
  const text = box.value.trim();
  const known = Number(box.dataset.whenAt);
  const isOurs = known && spelled(known, box.dataset.when) === text;
  const moved = isOurs ? null : earlierText(text, minutes);
  if (moved) write(box, moved);
  else put(box, (isOurs ? known : domainNow()) - minutes * MINUTE);
}

function press(button, group, box) {
  if ("whenNow" in button.dataset) put(box, domainNow());
  if (button.dataset.whenEarlier) putEarlier(box, Number(button.dataset.whenEarlier));
  if ("whenPick" in button.dataset) {
    const picker = group.querySelector("[data-when-picker]");
    const shown = earlierText(box.value.trim(), 0) ?? wallTime(domainNow(), box.dataset.when);
    picker.value = shown.replace(" ", "T");
    picker.showPicker();
  }
}

const groupOf = (element) => element.closest?.("[data-when-of]");
const boxOf = (group) => document.getElementById(group.dataset.whenOf);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-when-of] button");
  if (button) press(button, groupOf(button), boxOf(groupOf(button)));
});

// The hidden picker is no field of the form: it writes into the box and says nothing itself.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-when-picker]")) return;
  event.stopPropagation();
  if (event.target.value) {
    write(boxOf(groupOf(event.target)), event.target.value.slice(0, 16).replace("T", " "));
  }
});

function show(within) {
  for (const group of within.querySelectorAll("[data-when-of][hidden]")) {
    if (boxOf(group)) group.hidden = false;
  }
}
show(document);
document.addEventListener("htmx:afterSettle", (event) => show(event.detail.elt));
