// Small manners of forms, dialogs and menus. Nothing here decides anything: the server does.

// A form that was typed in is not replaced by a live update.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (form && !event.target.matches("[data-find]")) form.dataset.dirty = "";
});

// One press, one request. Other forms of the page stay usable.
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.matches("[hx-post]")) {
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-busy", "true");
  }
});

// Coming back with the back button must not find a form that cannot be sent.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// Enter never signs: a signature is a press on its button.
document.addEventListener("keydown", (event) => {
  const inField = event.target.matches("form[data-sign] input");
  if (event.key === "Enter" && inField) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog").close();
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Why something was refused gets the focus, or else the first field in error.
function showRefusal(within) {
  const stop = within.querySelector("[data-focus]") || within.querySelector("[aria-invalid=true]");
  stop?.focus();
}
showRefusal(document);
document.addEventListener("htmx:afterSettle", (event) => showRefusal(event.detail.elt));

// From a reason in the box to the control it is about.
document.addEventListener("click", (event) => {
  const link = event.target.closest('.stops a[href^="#field-"]');
  const field = link && document.getElementById(link.hash.slice(1));
  const control = field?.querySelector("input:not([type=hidden]), select, textarea");
  if (!control) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  control.focus({ preventScroll: true });
});

// An htmx request that failed for a reason we have no page for still says so.
document.addEventListener("htmx:responseError", () => tellFailure());
document.addEventListener("htmx:sendError", () => tellFailure());
function tellFailure() {
  const notice = document.querySelector("[data-failure]");
  if (notice) notice.hidden = false;
}
