// The keys 1 to 9 open the row with that number (data-row). A digit counts only alone: not while
// somebody types in a field, not with another key held, and not out of a scanner's burst.
const ALONE = 150; // milliseconds of silence before and after
let lastAt = -ALONE;
let timer = 0;

function isEditable(element) {
  return Boolean(element?.matches("input, textarea, select, [contenteditable]"));
}

function listen(event) {
  const quietFor = event.timeStamp - lastAt;
  lastAt = event.timeStamp;
  clearTimeout(timer);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!/^[1-9]$/.test(event.key) || quietFor < ALONE) return;
  if (isEditable(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key;
  timer = setTimeout(() => document.querySelector(`main [data-row="${key}"]`)?.click(), ALONE);
}

document.addEventListener("keydown", listen);
