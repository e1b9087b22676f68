// The voltage-clamp bench: a family of steps told apart by block, I–V, tails, prepulses, leak subtraction, and the fit as it is made.
import { row } from "./row";
import { button, el, show } from "./dom";
import { Fitting } from "./fitting";
import type { Link } from "./link";
import type { Store } from "./state";
import { colour, mix, shown } from "./theme";
import type { Answer, Cell } from "./types";
import { Card, setter, type View } from "./view";
import { XY, nice, type Curve } from "./xy";

const MOST = 4; // channels whose currents are shown apart

export class ClampBench implements View {
  readonly title = "Voltage clamp";
  readonly kinds = ["family", "tails", "prepulse", "leak", "fit"];
  readonly root = el("div", { class: "bench", id: "clamp" });
  answers: Record<string, Answer> = {};
  count = 0; // pictures drawn, for tests
  readonly fitting: Fitting;
  private cards: Record<string, Card> = {};
  private plots: Record<string, XY> = {};
  private cell: Cell | null = null;

  constructor(private store: Store, private link: Link) { this.fitting = new Fitting(store, link); }

  build(cell: Cell): void {
    this.cell = cell;
    this.plots = {};
    this.cards = {};
    this.root.replaceChildren();
    const card = (key: string, title: string, hint: string, wide = false) => { this.cards[key] = new Card(title, hint, wide); this.root.append(this.cards[key].root); return this.cards[key]; };
    const family = card("family", "Family of steps", "all currents, and what the block of each channel takes away", true);
    const row = el("div", { class: "row-of-plots" });
    family.body.append(row);
    for (const [key, title] of [["all", "all"], ...this.shown(cell).map((n) => [n, n])]) {
      const place = el("div", {}, el("h4", {}, key === "all" ? "everything" : el("i", { class: "dot", style: `--hue:${this.hue(key)}` }), key === "all" ? "" : ` ${title}`));
      row.append(place);
      this.plots[`family.${key}`] = new XY(place, `${title}: currents of the family`, 178);
    }
    this.plots.iv = card("iv", "I–V", "the largest current of each step, and the current at its end").plot("current against potential", 200);
    const tails = card("tails", "Tail currents", "after a pulse the channels are open, and the current follows Ohm until they shut");
    this.plots.tails = tails.plot("tail currents", 200);
    this.plots.prepulse = card("prepulse", "Inactivation", "what a long prepulse leaves of the channel").plot("available part against prepulse", 200);
    this.plots.leak = card("leak", "Leak subtraction, P/N", "small pulses the other way open nothing: scaled, they are the leak").plot("leak subtraction", 200);
    const fit = card("fit", "Fitting m³h and n⁴", "rates at one potential after the other, from records with noise", true);
    this.fitting.build(cell, fit);
    for (const kind of Object.keys(this.answers)) this.paint(kind);
  }

  private shown(cell: Cell): string[] { return cell.channels.filter((c) => c.blockable && c.gates.length).slice(0, MOST).map((c) => c.name); }
  private hue(name: string): string { return shown(this.cell?.channels.find((c) => c.name === name)?.colour ?? "#888888"); }
  /** A channel that has gates: the one that was chosen, or else the one of which it is usually asked. */
  private channel(cell: Cell, usual: RegExp): string { const all = this.shown(cell); return all.find((n) => usual.test(n)) ?? all[0] ?? ""; }

  controls(cell: Cell): HTMLElement {
    const at = setter(this.store, (s) => s.clamp);
    const line = (key: "hold" | "low" | "high" | "step" | "duration" | "pulse" | "pulses" | "noise", label: string, unit: string, low: number, high: number, title: string, home: number, least: number | null = null, whole = false) =>
      row(this.store, { key: `clamp.${key}`, label, unit, low, high, title, home, least: least ?? (unit === "mV" ? -250 : 0), most: unit === "mV" ? 250 : whole ? 64 : null, whole, ...at(key) });
    return el("div", { class: "cards" },
      el("div", { class: "card" }, el("h3", {}, "Family"), line("hold", "hold", "mV", -120, 0, "holding potential", -65), line("low", "from", "mV", -120, 60, "first step", -80), line("high", "to", "mV", -60, 100, "last step", 60),
        line("step", "by", "mV", 5, 40, "from step to step", 10, 2), line("duration", "for", "ms", 2, 60, "duration of a step", 12, 0.5)),
      el("div", { class: "card" }, el("h3", {}, "Pulse"), line("pulse", "to", "mV", -60, 60, "test pulse of tails, prepulses, leak subtraction and fit", 0)),
      el("div", { class: "card" }, el("h3", {}, "Rig"), line("pulses", "N", "", 1, 16, "small pulses of P/N", 4, 1, true), line("noise", "noise", cell.membrane_current_unit, 0, 20, "standard deviation of a sample", 3)),
      el("div", { class: "card adder" }, button("fit again", "fit m³h and n⁴ from the beginning", () => this.fitting.start(cell), "chip")),
    );
  }

  ask(cell: Cell): void {
    const s = this.store.state, preparation = s.preparation, c = s.clamp;
    const want = (kind: string, body: object) => this.link.ask(kind, { preparation, ...body }, (a) => { this.answers[kind] = a; this.count++; this.cards[kind].foot.textContent = ""; this.paint(kind); });
    want("family", { hold: c.hold, low: c.low, high: Math.max(c.high, c.low + c.step), step: Math.max(c.step, Math.abs(c.high - c.low) / 60), duration: c.duration });
    const k = this.channel(cell, /^K/), na = this.channel(cell, /^Na/);
    if (k) want("tails", { channel: k, hold: c.hold, pulse: c.pulse, width: 5 });
    if (na) want("prepulse", { channel: na, pulse: c.pulse });
    if (c.pulse !== -100) want("leak", { pulse: c.pulse, pulses: c.pulses, noise: c.noise });
    this.fitting.ask(cell);
  }

  fail(kind: string, text: string): void {
    if (kind === "fit") { this.fitting.fail(text); return; }
    if (this.cards[kind]) this.cards[kind].foot.textContent = text;
  }
  leave(): void { this.fitting.stop(); }

  python(cell: Cell): string {
    const c = this.store.state.clamp, k = this.channel(cell, /^K/), na = this.channel(cell, /^Na/), { pair } = this.fitting, lines = ["import numpy as np", ""];
    lines.push(`steps = np.arange(${c.low}, ${Math.max(c.high, c.low + c.step)} + 1e-9, ${c.step})`, `family = lo.experiments.current_voltage(cell, ${c.hold}, steps, duration=${c.duration})`);
    for (const name of this.shown(cell)) lines.push(`without_${name} = lo.experiments.current_voltage(cell.block("${name}"), ${c.hold}, steps, duration=${c.duration})`);
    if (k) lines.push(`tails = lo.experiments.tail_currents(cell, np.arange(-120, 1, 20), channel="${k}", hold=${c.hold}, pulse=${c.pulse}, pulse_duration=5)`);
    if (na) lines.push(`inactivation = lo.experiments.inactivation(cell, channel="${na}", pulse=${c.pulse})`);
    lines.push(`leak = lo.experiments.leak_subtraction(cell, pulse=${c.pulse}, pulses=${c.pulses}, noise=${c.noise})`);
    if (pair) lines.push(`rates = lo.experiments.recover_rates(cell, noise=${c.noise}, pulse=${c.pulse}, sodium="${pair.sodium}", potassium="${pair.potassium}")`);
    return `${lines.join("\n")}\n`;
  }

  private paint(kind: string): void {
    const a = this.answers[kind], cell = this.cell;
    if (!a || !cell) return;
    if (kind === "family") { this.paintFamily(a); this.paintIV(a); }
    else if (kind === "tails") this.paintTails(a);
    else if (kind === "prepulse") this.paintPrepulse(a);
    else if (kind === "leak") this.paintLeak(a);
  }

  private paintFamily(a: Answer): void {
    const v = a.data.voltage, time = a.data.time, n = time.length, end = time[n - 1];
    for (const key of ["all", ...a.channels as string[]]) {
      const plot = this.plots[`family.${key}`], traces = a.data[key === "all" ? "I" : `${key}.I`];
      if (!plot) continue;
      const hue = key === "all" ? colour("--ink") : this.hue(key);
      const curves: Curve[] = Array.from(v, (_, i) => ({ x: time, y: traces.subarray(i * n, (i + 1) * n), colour: mix(hue, colour("--card"), 0.72 * (1 - i / Math.max(1, v.length - 1))), width: 1.3 }));
      plot.set({ x: { label: "ms", range: [0, end] }, y: { label: a.unit, range: padded(traces) }, curves });
    }
    this.cards.family.foot.textContent = `from ${show(a.hold, 3)} mV to ${show(v[0], 3)} … ${show(v[v.length - 1], 3)} mV, paler where V is lower; each channel is what its block takes away; ${a.unit}, inward negative${a.notes.length ? ` · ${a.notes.join(" · ")}` : ""}`;
  }

  private paintIV(a: Answer): void {
    const v = a.data.voltage, curves: Curve[] = [{ x: [v[0], v[v.length - 1]], y: [0, 0], colour: colour("--edge"), width: 1 }];
    for (const name of a.channels as string[]) {
      if (!this.plots[`family.${name}`]) continue;
      const hue = this.hue(name);
      curves.push({ x: v, y: a.data[`${name}.peak`], colour: hue, dots: true, label: `${name}, peak` }, { x: v, y: a.data[`${name}.steady`], colour: hue, dash: [5, 3], label: `${name}, end` });
    }
    this.plots.iv.set({ x: { label: "step, mV", range: [v[0], v[v.length - 1]] }, y: { label: a.unit }, curves });
    this.cards.iv.foot.textContent = `dots: the largest, dashed: at the end of the step · most inward ${show(a.largest_inward, 4)} ${a.unit} at ${show(a.largest_inward_at, 3)} mV`;
  }

  private paintTails(a: Answer): void {
    const v = a.data.voltage, time = a.data.time, n = time.length, hue = this.hue(a.channel);
    const curves: Curve[] = Array.from(v, (_, i) => ({ x: time, y: a.data.I.subarray(i * n, (i + 1) * n), colour: mix(hue, colour("--card"), 0.72 * (1 - i / (v.length - 1))), width: 1.5 }));
    this.plots.tails.set({ x: { label: "ms after the pulse", range: [0, Math.min(8, time[n - 1])] }, y: { label: "" , range: padded(a.data.I) }, curves });
    this.cards.tails.head.firstChild!.textContent = `Tail currents of ${a.channel}`;
    this.cards.tails.foot.textContent = `reverses at ${show(a.reversal, 4)} mV · ${show(a.conductance, 3)} ${this.cell!.conductance_unit} open at the end of the pulse`;
  }

  private paintPrepulse(a: Answer): void {
    const v = a.data.prepulse, hue = this.hue(a.channel), half = a.half;
    this.plots.prepulse.set({
      x: { label: "prepulse, mV", range: [v[0], v[v.length - 1]] }, y: { label: "available", range: [0, 1.05] },
      curves: [{ x: v, y: a.data.fitted, colour: hue, width: 2 }, { x: v, y: a.data.available, colour: hue, dots: true, width: 0 }], lines: half === null ? [] : [{ x: half, colour: colour("--accent") }],
    });
    this.cards.prepulse.head.firstChild!.textContent = `Inactivation of ${a.channel}`;
    this.cards.prepulse.foot.textContent = half === null ? a.status : `half at ${show(half, 3)} mV, slope ${show(a.slope, 3)} mV`;
  }

  private paintLeak(a: Answer): void {
    const t = a.data.time, ink = colour("--ink");
    this.plots.leak.set({
      x: { label: "ms", range: [0, t[t.length - 1]] }, y: { label: "", range: padded(a.data.measured, a.data.leak) },
      curves: [{ x: t, y: a.data.measured, colour: colour("--ghost"), width: 1.2 }, { x: t, y: a.data.leak, colour: colour("--quiet"), width: 1.2, dash: [4, 3] }, { x: t, y: a.data.corrected, colour: colour("--accent"), width: 1.4 }, { x: t, y: a.data.true, colour: ink, width: 1, dash: [2, 3] }],
    });
    this.cards.leak.foot.textContent = `grey: measured · dashed: the leak · coloured: what is left, off by ${show(a.error, 2)} at most but for noise of ${show(a.noise, 2)} ${this.cell!.membrane_current_unit}`;
  }
}

/** A range around what is drawn that keeps its place while numbers change a little. */
function padded(...lists: ArrayLike<number>[]): [number, number] {
  let low = 0, high = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) { const v = list[i]; if (v < low) low = v; if (v > high) high = v; }
  return nice(low, Math.max(high, low + 1e-6));
}
