// The fit of m³h and n⁴, as it is made: one potential after the other, records and curves on the left, rates on the right.
import { el, show } from "./dom";
import type { Link } from "./link";
import type { Store } from "./state";
import { colour, shown } from "./theme";
import type { Answer, Cell } from "./types";
import type { Card } from "./view";
import { XY, nice, type Curve } from "./xy";

// mV, in the order in which they are fitted: from the largest currents to the smallest.
const POTENTIALS = [0, 10, 20, 30, 40, 60, 80, -10, -20, -30, -40, -50, -60, -70, -80, -90, -100, -110];
const HOLD = -120, NINETY_FIVE = 1.96;

export class Fitting {
  fits: Answer[] = [];
  running = false;
  private key = "";
  private cell: Cell | null = null;
  private card: Card | null = null;
  private records: Record<string, XY> = {};
  private rates: Record<string, XY> = {};
  pair: { sodium: string; potassium: string } | null = null;
  private truth: Answer | null = null;

  constructor(private store: Store, private link: Link) {}

  build(cell: Cell, card: Card): void {
    this.cell = cell;
    this.card = card;
    const gated = cell.channels.filter((c) => c.blockable && c.gates.length && !c.instant.length);
    const sodium = gated.find((c) => /^Na/.test(c.name) && c.gates.length === 2), potassium = gated.find((c) => /^K(?!Ca|A)/.test(c.name) && c.gates.length === 1);
    this.pair = sodium && potassium ? { sodium: sodium.name, potassium: potassium.name } : null;
    this.records = {};
    this.rates = {};
    if (!this.pair) { card.foot.textContent = "needs a sodium channel with two gates and a potassium channel with one, none of them instantaneous"; return; }
    const row = el("div", { class: "row-of-plots" });
    card.body.append(row);
    for (const name of [this.pair.sodium, this.pair.potassium]) this.records[name] = this.place(row, `${name}: record and fit`);
    for (const [word, title] of [["alpha", "opening rates α, 1/ms"], ["beta", "closing rates β, 1/ms"]]) this.rates[word] = this.place(row, title);
    this.paint();
  }

  private place(row: HTMLElement, title: string): XY {
    const box = el("div", {}, el("h4", {}, title));
    row.append(box);
    return new XY(box, title, 190);
  }

  /** Begin when the cell, the pulse or the noise is another; while somebody drags, wait. */
  ask(cell: Cell): void {
    const s = this.store.state, key = JSON.stringify([s.preparation, s.clamp.pulse, s.clamp.noise]);
    if (key === this.key || !this.pair) return;
    this.key = key;
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.start(cell), 350);
  }
  private waiting = 0;

  start(cell: Cell): void {
    if (!this.pair) return;
    this.fits = [];
    this.running = true;
    const run = ++this.number, preparation = this.store.state.preparation;
    this.link.ask("curves", { preparation }, (a) => { this.truth = a; this.paint(); });
    this.next(cell, run, 0);
  }
  private number = 0;

  stop(): void { this.number++; this.running = false; this.key = ""; window.clearTimeout(this.waiting); }

  private next(cell: Cell, run: number, place: number): void {
    if (run !== this.number) return;
    const c = this.store.state.clamp;
    if (place >= POTENTIALS.length) { this.running = false; this.paint(); return; }
    const voltage = place === 0 ? c.pulse : POTENTIALS[place] === c.pulse ? 0 : POTENTIALS[place];
    this.link.ask("fit", { preparation: this.store.state.preparation, voltage, pulse: c.pulse, hold: Math.min(HOLD, c.pulse - 10), noise: c.noise, ...this.pair! }, (a) => {
      if (run !== this.number) return;
      this.fits.push(a);
      this.paint();
      window.setTimeout(() => this.next(cell, run, place + 1), 60); // so that one sees it being made
    });
  }

  fail(text: string): void { this.running = false; if (this.card) this.card.foot.textContent = text; }

  private hue(name: string): string { return shown(this.cell!.channels.find((c) => name === c.name || name.startsWith(c.name + "."))?.colour ?? "#888888"); }

  private paint(): void {
    if (!this.pair || !this.card) return;
    const last = this.fits[this.fits.length - 1];
    for (const [name, plot] of Object.entries(this.records)) {
      const t = last?.data[`${name}.time`];
      if (!t) continue;
      const measured = last.data[`${name}.measured`], fitted = last.data[`${name}.fitted`];
      let low = 0, high = 0;
      for (const v of measured) { low = Math.min(low, v); high = Math.max(high, v); }
      plot.set({ x: { label: "ms", range: [0, t[t.length - 1]] }, y: { label: "", range: nice(low, Math.max(high, low + 1)) }, curves: [{ x: t, y: measured, colour: colour("--ghost"), width: 1 }, { x: t, y: fitted, colour: this.hue(name), width: 2 }] });
    }
    for (const [word, plot] of Object.entries(this.rates)) plot.set({ x: { label: "mV", range: [-115, 85] }, y: { label: word, range: [0.001, 30], log: true }, curves: [...this.formulas(word), ...this.points(word)] });
    this.card.foot.textContent = last ? `${this.running ? "now" : "last"} at ${show(last.voltage, 3)} mV · ${this.fits.length} potentials · lines: the cell's own rates; bars: 95 % confidence` : "";
  }

  /** α = ∞/τ and β = (1 − ∞)/τ of the cell itself, to compare with. */
  private formulas(word: string): Curve[] {
    const v = this.truth?.data.V, found: Curve[] = [], { sodium, potassium } = this.pair!;
    if (!v) return found;
    for (const c of this.cell!.channels) if (c.name === sodium || c.name === potassium) c.gates.forEach((g, i) => {
      const inf = this.truth!.data[`${g}.inf`], tau = this.truth!.data[`${g}.tau`];
      if (inf && tau) found.push({ x: v, y: Array.from(v, (_, k) => (word === "alpha" ? inf[k] : 1 - inf[k]) / tau[k]), colour: this.hue(c.name), width: 1.2, dash: i ? [5, 3] : [] });
    });
    return found;
  }

  private points(word: string): Curve[] {
    const found: Curve[] = [], gates = new Set(this.fits.flatMap((f) => Object.keys(f.rates)).filter((k) => k.endsWith(word)));
    for (const path of gates) {
      const hue = this.hue(path), x: number[] = [], y: number[] = [];
      for (const f of this.fits) {
        const rate = f.rates[path] as [number, number] | null;
        if (!rate) continue;
        x.push(f.voltage);
        y.push(rate[0]);
        found.push({ x: [f.voltage, f.voltage], y: [rate[0] * Math.exp(-NINETY_FIVE * rate[1]), rate[0] * Math.exp(NINETY_FIVE * rate[1])], colour: hue, width: 1 });
      }
      found.push({ x, y, colour: hue, dots: true, width: 0 });
    }
    return found;
  }
}
