// Runs before the first paint, so the page never flashes in the wrong colours.
// The choice belongs to the device: a dim ward screen stays dim for everybody.
(() => {
  const key = "theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is switched off on some shared stations
    }
  };
  const show = () => {
    document.documentElement.dataset.theme = read() || (dark.matches ? "dark" : "light");
  };
  const toggle = () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(key, next);
    } catch {
      // not remembered, but still switched
    }
    document.documentElement.dataset.theme = next;
  };
  show();
  // Paper is always light.
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset.theme = "light";
  });
  window.addEventListener("afterprint", show);
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
