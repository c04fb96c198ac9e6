// A barcode scanner is a fast keyboard. When no field has the focus its letters go to the field of
// the page that waits for a scan, else to the find box, which is sent at once.
const FAST = 50; // milliseconds between letters: nobody types a whole code that fast
const SHORTEST = 4;
let letters = "";
let lastAt = 0;

const findBox = () => document.querySelector("[data-find]");

function isEditable(element) {
  return Boolean(element?.matches("input, textarea, select, [contenteditable]"));
}

function deliver(code) {
  const fields = [...document.querySelectorAll("main input[data-scan]")];
  const target = fields.find((field) => !field.value && !field.disabled);
  if (target) {
    target.value = code;
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  const box = findBox();
  if (box) {
    box.value = code;
    box.form.requestSubmit();
  }
}

function listen(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isEditable(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const now = event.timeStamp;
  if (now - lastAt > FAST) letters = "";
  lastAt = now;
  if (event.key === "Enter" && letters.length >= SHORTEST) {
    event.preventDefault();
    const code = letters;
    letters = "";
    deliver(code);
  } else if (event.key === "/" && letters === "") {
    event.preventDefault();
    findBox()?.focus();
  } else if (event.key.length === 1) {
    letters += event.key;
  }
}

document.addEventListener("keydown", listen);
