// The hood: gloves, a foot pedal that is an Enter key, and no mouse. Nothing here decides anything.
const SETTLE = 350; // a pedal that bounces, or is still down, presses nothing on the next screen
const openedAt = performance.now();

const stopped = () => document.querySelector(".make-stop");
const advance = () => document.querySelector("main [data-advance]");

function isField(element) {
  return Boolean(element?.matches("input, textarea, select"));
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") onEnter(event);
  else if (!isField(document.activeElement) || document.activeElement.type === "radio") {
    pick(event);
  }
}

function onEnter(event) {
  const early = performance.now() - openedAt < SETTLE;
  if (event.repeat || (early && !isField(event.target))) {
    event.preventDefault();
    return;
  }
  if (stopped() || event.target.closest("a, button, summary, input, select, textarea")) return;
  event.preventDefault();
  advance()?.click();
}

// 1, 2 … choose what stands on the screen in that order.
function pick(event) {
  const choices = document.querySelectorAll("[data-make] input[type=radio]");
  const chosen = choices[Number(event.key) - 1];
  if (!chosen) return;
  event.preventDefault();
  chosen.checked = true;
  chosen.focus();
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

// The one field of the screen is ready to be typed in, what stands in it ready to be replaced.
function ready() {
  const field = document.querySelector(".make-form input:not([type=hidden], [type=radio])");
  if (!field || stopped()) return;
  field.focus({ preventScroll: true });
  field.select();
}

// The steps stand open beside the work where there is room.
function openRail() {
  const wide = window.matchMedia("(min-width: 1000px)");
  const follow = () => {
    for (const rail of document.querySelectorAll("[data-wide-open]")) rail.open = wide.matches;
  };
  follow();
  wide.addEventListener("change", follow);
}

// A stop takes the screen: what lies under it can no longer be reached.
function cover() {
  const now = Boolean(stopped());
  for (const part of document.querySelectorAll(".make-work, .make-rail")) part.inert = now;
  if (now) stopped().querySelector("a")?.focus();
}

document.addEventListener("keydown", onKey);
document.addEventListener("live:swapped", cover);
openRail();
ready();
cover();
