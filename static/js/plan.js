// Moving the end of a bag on the picture, by dragging or with the arrow keys. The server judges.
const HOUR = 60;
const DAY = 24 * HOUR;
let dragged = null;

const plan = () => document.getElementById("plan");

function ask(end, minutes) {
  if (!minutes) return;
  const to = Number(end.dataset.minute) + minutes;
  const url = `${plan().dataset.moveUrl}move=${end.dataset.n}.${Math.max(to, 1)}`;
  window.htmx.ajax("GET", url, { source: end, target: "#plan", select: "#plan", swap: "outerHTML show:none" });
}

document.addEventListener("keydown", (event) => {
  const end = event.target.closest?.(".bag-end");
  const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (!end || !way) return;
  event.preventDefault();
  ask(end, way * (event.shiftKey ? HOUR : DAY));
});

// What came out is read aloud; a refusal is an alert of its own.
document.addEventListener("htmx:afterSettle", () => {
  const said = document.getElementById("plan-said");
  if (said && plan()) said.textContent = plan().dataset.said || "";
});

// Hours between the grip and the pointer, in the scale of the picture.
function hoursAt(event, { end, svg }) {
  const scale = svg.dataset;
  const point = new DOMPoint(event.clientX, event.clientY);
  const { x } = point.matrixTransform(svg.getScreenCTM().inverse());
  const left = Number(scale.left);
  const span = Number(scale.toHour) - Number(scale.fromHour);
  const hour = Number(scale.fromHour) + ((x - left) / (Number(scale.width) - left - 1)) * span;
  return Math.round(hour - Number(end.dataset.hour));
}

function words(hours) {
  const whole = Math.abs(hours);
  const days = Math.floor(whole / 24);
  return `${hours < 0 ? "−" : "+"}${days ? `${days} d ` : ""}${whole % 24} h`;
}

function draw({ end, svg, hours }) {
  const { fromHour, toHour, left, width } = svg.dataset;
  const perHour = (Number(width) - Number(left) - 1) / (Number(toHour) - Number(fromHour));
  end.setAttribute("transform", `translate(${(hours * perHour).toFixed(1)} 0)`);
  const grip = end.querySelector(".grip");
  const label = end.querySelector("text") || end.appendChild(document.createElementNS(svg.namespaceURI, "text"));
  label.setAttribute("x", Number(grip.getAttribute("x")) + 12);
  label.setAttribute("y", Number(grip.getAttribute("y")) - 12);
  label.textContent = hours ? words(hours) : "";
}

document.addEventListener("pointerdown", (event) => {
  const end = event.target.closest?.(".bag-end");
  if (!end || event.button) return;
  event.preventDefault();
  end.focus();
  end.setPointerCapture(event.pointerId);
  end.classList.add("is-moving");
  dragged = { end, svg: end.ownerSVGElement, hours: 0 };
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  dragged.hours = hoursAt(event, dragged);
  draw(dragged);
});

function drop(keep) {
  if (!dragged) return;
  const { end, hours } = dragged;
  end.classList.remove("is-moving");
  end.removeAttribute("transform");
  end.querySelector("text")?.remove();
  dragged = null;
  if (keep) ask(end, hours * HOUR);
}

document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));

// The start advisor asks for one day after the other; Stop lets no further day be asked for.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-advisor-stop]")) return;
  for (const next of document.querySelectorAll("[data-advisor-next]")) {
    window.htmx.trigger(next, "htmx:abort");
    next.remove();
  }
  const state = document.getElementById("advisor-state");
  state.dataset.stopped = "";
  state.querySelector("[data-advisor-said]").textContent = state.dataset.stoppedWords;
  state.querySelector("[data-advisor-stop]").hidden = true;
  state.querySelector("[data-advisor-again]").hidden = false;
});
