// The numbers above the scope: what one would read off the trace with a cursor.
import { el, show, write } from "./dom";

const SHOWN: [key: string, label: string, unit: string][] = [["rest", "rest", "mV"], ["threshold", "threshold, 1 ms", ""], ["peak", "peak", "mV"], ["rate", "rate", "Hz"], ["width", "width", "ms"], ["latency", "latency", "ms"], ["count", "spikes", ""], ["time", "cursor", "ms"]];

export class Readings {
  readonly root = el("div", { id: "readings", role: "group", "aria-label": "readings" });
  private at: Record<string, HTMLElement> = {};

  constructor() {
    for (const [key, label, unit] of SHOWN) {
      this.at[key] = el("b", {}, "–");
      this.root.append(el("div", { class: "reading", "data-reading": key }, el("span", {}, label), this.at[key], el("small", {}, unit)));
    }
  }

  write(r: Record<string, number | null>, threshold: number | null, unit: string): void {
    for (const key of ["peak", "rate", "width", "latency"]) write(this.at[key], show(r[key], 3));
    write(this.at.rest, show(r.rest, 4));
    write(this.at.count, show(r.count ?? null));
    write(this.at.threshold, show(threshold, 3));
    write(this.at.threshold.nextElementSibling!, unit);
  }

  /** Why there is no number. */
  why(key: string, text: string): void { this.at[key].parentElement!.title = text; }

  time(t: number | null): void {
    write(this.at.time, t === null ? "–" : show(t, 3));
    this.at.time.parentElement!.classList.toggle("off", t === null);
  }
}
