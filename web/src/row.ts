// One line of controls: a slider and a number box, marked when changed, back with a click.
import { button, el, plain } from "./dom";
import type { Store } from "./state";

interface Row {
  label: string; unit: string; title: string; low: number; high: number; least?: number | null; most?: number | null;
  value: () => number; set: (value: number) => void; home?: number; whole?: boolean; key: string;
}

/** One line of controls. Drag the name to change the number: shift for ten times as fast, alt for a tenth. */
export function row(store: Store, r: Row): HTMLElement {
  const span = r.high - r.low;
  const tidy = (x: number) => {
    const fine = Math.pow(10, Math.floor(Math.log10(span)) - 3);
    const clear = r.whole ? Math.round(x) : +(Math.round(x / fine) * fine).toPrecision(12);
    return Math.min(r.most ?? Infinity, Math.max(r.least ?? -Infinity, clear));
  };
  const step = r.whole ? 1 : span / 500;
  const slider = el("input", { type: "range", min: 0, max: 1000, step: 1, "aria-label": `${r.title}${r.unit ? ", " + r.unit : ""}`, "data-key": r.key });
  const box = el("input", { type: "text", inputmode: "decimal", "aria-label": `${r.title}, number`, class: "number", "data-key": r.key });
  const name = el("span", { class: "name", title: `${r.title}. Drag to change (shift: ×10, alt: ×0.1)` }, r.label);
  const back = button("↺", `back to ${r.home === undefined ? "" : plain(r.home)}: ${r.title}`, () => { put(r.home!); store.commit(); }, "back");
  const line = el("div", { class: "row" }, name, slider, box, el("span", { class: "unit" }, r.unit), back);

  const paint = () => {
    const value = r.value();
    slider.value = String(Math.round(1000 * (value - r.low) / span));
    slider.style.setProperty("--at", `${Math.min(100, Math.max(0, 100 * (value - r.low) / span))}%`);
    slider.setAttribute("aria-valuetext", `${plain(value)} ${r.unit}`);
    if (document.activeElement !== box) box.value = plain(value);
    const changed = r.home !== undefined && Math.abs(value - r.home) > 1e-9 * Math.max(1, Math.abs(r.home));
    line.classList.toggle("changed", changed);
    back.tabIndex = changed ? 0 : -1;
    back.style.visibility = changed ? "visible" : "hidden";
  };
  const put = (value: number) => { r.set(value); paint(); };
  slider.addEventListener("input", () => put(tidy(r.low + span * Number(slider.value) / 1000)));
  slider.addEventListener("change", () => store.commit());
  const typed = () => {
    const value = Number(box.value.trim().replace("−", "-").replace(",", "."));
    if (Number.isFinite(value) && box.value.trim() !== "") put(r.whole ? Math.round(value) : Math.min(r.most ?? Infinity, Math.max(r.least ?? -Infinity, value)));
    store.commit();
    box.value = plain(r.value());
  };
  box.addEventListener("change", typed);
  box.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
    e.preventDefault();
    put(tidy(r.value() + (e.key === "ArrowUp" ? 1 : -1) * step * (e.shiftKey ? 10 : e.altKey ? 0.1 : 1)));
    box.value = plain(r.value());
  });
  name.addEventListener("pointerdown", (e) => {
    let x = e.clientX, exact = r.value();
    name.setPointerCapture(e.pointerId);
    const move = (m: PointerEvent) => {
      exact += (m.clientX - x) * step * (m.shiftKey ? 10 : m.altKey ? 0.1 : 1);
      x = m.clientX;
      put(tidy(exact));
    };
    name.addEventListener("pointermove", move);
    name.addEventListener("pointerup", () => { name.removeEventListener("pointermove", move); store.commit(); }, { once: true });
  });
  paint();
  line.addEventListener("repaint", paint);
  return line;
}

/** What another control has changed. */
export function repaint(host: ParentNode): void { for (const line of host.querySelectorAll(".row")) line.dispatchEvent(new Event("repaint")); }
