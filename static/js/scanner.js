// A barcode scanner is a fast keyboard that ends with Enter. When no field has the focus, what it
// types goes where the page waits for a scan:
//   form[data-scan]   its input[data-scan] gets the code, whatever stood there, and the form is sent
//   textarea[data-scan]  a list of scans: a line more
//   input[data-scan]  elsewhere: the first empty one gets the code
//   [data-scan-none]  a page that expects none says so, and nothing is pressed
//   otherwise         the find box, which is sent at once
// Ordinary typing is left alone: a person is slower than FAST between letters. A scan clears nothing
// but the field it was meant for.
const FAST = 100; // milliseconds between letters: nobody types a whole code that fast
const SHORTEST = 4;
const SEPARATOR = "<GS>"; // how FNC1 is written in a field; the server reads it as such
let letters = "";
let lastAt = 0;

const findBox = () => document.querySelector("[data-find]");

function isEditable(element) {
  return Boolean(element?.matches("input, textarea, select, [contenteditable]"));
}

function visible(element) {
  return element && !element.disabled && element.getClientRects().length > 0;
}

function write(field, code) {
  field.value = code;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function deliver(code) {
  const waiting = document.querySelector("main form[data-scan] input[data-scan]");
  if (visible(waiting)) {
    write(waiting, code);
    waiting.form.requestSubmit();
    return;
  }
  const none = document.querySelector("main [data-scan-none]");
  if (none) {
    none.hidden = false; // role=status: read out as it appears
    return;
  }
  const list = document.querySelector("main textarea[data-scan]");
  if (visible(list)) {
    write(list, `${list.value.trim() ? `${list.value.trimEnd()}\n` : ""}${code}\n`);
    return;
  }
  const fields = [...document.querySelectorAll("main input[data-scan]")];
  const target = fields.find((field) => !field.value && visible(field));
  if (target) {
    write(target, code);
    target.focus();
    return;
  }
  const box = findBox();
  if (box) {
    box.value = code;
    box.form.requestSubmit();
  }
}

// Many scanners send FNC1 as Ctrl + ], the key of the letter GS.
const isSeparator = (event) => event.ctrlKey && !event.altKey && event.key === "]";

function typeSeparator(field) {
  field.setRangeText(SEPARATOR, field.selectionStart, field.selectionEnd, "end");
}

function listen(event) {
  const separator = isSeparator(event);
  if (isEditable(event.target)) {
    if (!separator || !event.target.matches("input[data-scan], textarea[data-scan]")) return;
    event.preventDefault();
    typeSeparator(event.target);
    return;
  }
  if (!separator && (event.ctrlKey || event.metaKey || event.altKey)) return;
  if (document.querySelector("dialog[open]")) return;
  const now = event.timeStamp;
  if (now - lastAt > FAST) letters = "";
  lastAt = now;
  if (event.key === "Enter" && letters.length >= SHORTEST) {
    event.preventDefault();
    event.stopPropagation();
    const code = letters;
    letters = "";
    deliver(code);
  } else if (event.key === "/" && letters === "") {
    event.preventDefault();
    findBox()?.focus();
  } else if (separator) {
    event.preventDefault();
    letters += SEPARATOR;
  } else if (event.key.length === 1) {
    letters += event.key;
  }
}

// Before anything else on the page: the Enter of a scan presses no button.
document.addEventListener("keydown", listen, true);
