// The scope: V, gates, currents, conductances and the stimulus over one axis of time, with one cursor and one zoom.
import uPlot from "uplot";
import { el, show, write } from "./dom";
import { nice } from "./xy";
import { levels, type Level } from "./levels";
import { colour, pale, shown } from "./theme";
import type { Answer, Cell } from "./types";

export interface Line { path: string; label: string; hex: string; dash?: number[]; width?: number }
const INK = "ink";
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const PINS = ["#5B1A9C", "#A8378F", "#DD6A5A", "#F2A03D"];

export interface Kept { answer: Answer; label: string; hex: string }

function tone(hex: string): string { return hex === INK ? colour("--ink") : shown(hex); }
function before(hex: string): string { return hex === INK ? colour("--ghost") : pale(hex); }

class Panel {
  readonly root: HTMLElement;
  readonly plot: uPlot;
  private values: HTMLElement[] = [];
  private held: [number, number] | null = null;

  constructor(readonly name: string, readonly unit: string, readonly lines: Line[], readonly pins: Kept[], readonly ghost: boolean, readonly last: boolean, weight: number, scope: Scope) {
    const place = el("div", { class: "plot" });
    const legend = el("div", { class: "legend" }, el("h3", {}, name, " ", el("small", {}, unit === "1" ? "" : unit)));
    for (const line of lines) {
      const value = el("b", {}, "");
      this.values.push(value);
      const swatch = el("i", { style: `border-top:2.5px ${line.dash?.length ? (line.dash[0] < 3 ? "dotted" : "dashed") : "solid"} ${tone(line.hex)}` });
      legend.append(el("div", { class: "key" }, swatch, el("span", {}, line.label), value));
    }
    this.root = el("div", { class: "panel", style: `flex:${weight} 1 0`, role: "img", "aria-label": `${name} over time` }, place, legend);
    const series: uPlot.Series[] = [{}];
    for (const pin of pins) for (const line of lines) series.push({ stroke: () => shown(pin.hex), width: 1.2, dash: line.dash, points: { show: false } });
    if (ghost) for (const line of lines) series.push({ stroke: () => before(line.hex), width: 1.4, dash: line.dash, points: { show: false } });
    for (const line of lines) series.push({ stroke: () => tone(line.hex), width: line.width ?? 1.6, dash: line.dash, points: { show: false } });
    const grid = { stroke: () => colour("--hair"), width: 1 };
    const axis = { stroke: () => colour("--quiet"), grid, ticks: { show: false }, font: "11px system-ui, sans-serif" };
    this.plot = new uPlot({
      pxAlign: 0, // to whole pixels, what changes slowly becomes a staircase
      width: 400, height: 100, series, legend: { show: false }, padding: [6, 16, last ? 0 : 4, 0],
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: [
        { ...axis, show: true, size: last ? 30 : 4, values: last ? (_, v) => v.map((x, i) => i === v.length - 2 ? `${show(x)} ms` : show(x)) : () => [] },
        { ...axis, size: 52, space: 26, values: (_, v) => v.map((x) => show(x)) },
      ],
      cursor: { sync: { key: "scope", filters: { pub: (t: string) => t === "mousemove" || t === "mouseleave", sub: () => true } as any }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
      hooks: {
        drawAxes: name === "Potential" ? [(u) => levels(u, scope.levels)] : [],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          scope.zoom(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
        setCursor: [(u) => { if (scope.leading === this) scope.point(u.cursor.idx ?? null); }],
      },
    }, [[0, 1], ...series.slice(1).map(() => [null, null])] as any, place);
    place.addEventListener("dblclick", () => scope.unzoom());
    place.addEventListener("wheel", (e) => { e.preventDefault(); scope.wheel(e, this.plot); }, { passive: false });
    new ResizeObserver(() => this.plot.setSize({ width: place.clientWidth, height: Math.max(40, place.clientHeight) })).observe(place);
  }

  set(x: Float64Array, answer: Answer, ghost: Answer | null, span: [number, number], hold: boolean): void {
    const none = new Float32Array(x.length).fill(NaN);
    const of = (a: Answer | null, path: string) => { const d = a?.data[path]; return d && d.length === x.length && a!.every === answer.every ? clean(d) : clean(none); };
    const data: any[] = [x];
    for (const pin of this.pins) for (const line of this.lines) data.push(of(pin.answer, line.path));
    if (this.ghost) for (const line of this.lines) data.push(of(ghost, line.path));
    for (const line of this.lines) data.push(clean(answer.data[line.path] ?? none));
    let [low, high] = this.range(data.slice(1));
    if (hold && this.held) [low, high] = [Math.min(low, this.held[0]), Math.max(high, this.held[1])];
    this.held = [low, high];
    this.plot.batch(() => {
      this.plot.setData(data as any, false);
      this.plot.setScale("x", { min: span[0], max: span[1] });
      this.plot.setScale("y", { min: low, max: high });
    });
  }

  private range(lists: ArrayLike<number | null>[]): [number, number] {
    if (this.name === "Gates") return [0, 1];
    let low = Infinity, high = -Infinity;
    for (const list of lists) for (let i = 0; i < list.length; i++) { const v = list[i]; if (v !== null && v === v) { if (v < low) low = v; if (v > high) high = v; } }
    if (!Number.isFinite(low)) return [0, 1];
    if (this.name === "Potential") return [Math.min(-90, 10 * Math.floor(low / 10)), Math.max(60, 10 * Math.ceil(high / 10))];
    if (this.name === "Stimulus" || this.name === "Conductances") low = Math.min(0, low);
    const [a, b] = nice(low, high - low > 1e-6 ? high : low + 1), edge = 0.04 * (b - a);
    return [a - edge, b + edge];
  }

  read(answer: Answer, at: number | null): void {
    this.lines.forEach((line, i) => { write(this.values[i], at === null ? "" : show(answer.data[line.path]?.[at], 3)); });
  }
}

/** V − E of every channel that follows Ohm: current over conductance. Where nothing can flow, nothing drives. */
function force(a: Answer): void {
  for (const path of Object.keys(a.data)) {
    if (!path.endsWith(".conductance")) continue;
    const name = path.slice(0, -12), i = a.data[`${name}.I`], g = a.data[path];
    a.data[`${name}.force`] ??= Float32Array.from(i, (x, k) => (Math.abs(g[k]) > 1e-20 ? x / g[k] : NaN));
  }
}

/** uPlot leaves a gap where there is null; NaN it would draw. */
function clean(d: Float32Array): Float32Array | (number | null)[] {
  for (let i = 0; i < d.length; i += 1) if (d[i] !== d[i]) return Array.from(d, (v) => v === v ? v : null);
  return d;
}

export class Scope {
  panels: Panel[] = [];
  answer: Answer | null = null;
  ghost: Answer | null = null;
  pins: Kept[] = [];
  leading: Panel | null = null;
  at: number | null = null;
  levels: Level[] = []; // where the currents reverse
  hold = false; // while the beam sweeps, axes only grow
  private driven = false;
  private span: [number, number] | null = null;
  private x = new Float64Array(0);
  oncursor: (at: number | null) => void = () => {};

  constructor(readonly host: HTMLElement) {}

  build(cell: Cell, open: string[]): void {
    for (const panel of this.panels) panel.plot.destroy();
    this.host.replaceChildren();
    const gates: Line[] = [], currents: Line[] = [], conductances: Line[] = [], forces: Line[] = [];
    for (const c of cell.channels) {
      c.gates.forEach((g, i) => gates.push({ path: g, label: g.replace(".", " "), hex: c.colour, dash: DASHES[i % 4] }));
      currents.push({ path: `${c.name}.I`, label: c.name, hex: c.colour });
      conductances.push({ path: `${c.name}.conductance`, label: c.name, hex: c.colour });
      forces.push({ path: `${c.name}.force`, label: c.name, hex: c.colour });
    }
    const make: [string, string, Line[], number][] = [["Potential", "mV", [{ path: "V", label: "V", hex: INK, width: 2 }], 3]];
    if (open.includes("gates") && gates.length) make.push(["Gates", "1", gates, 1.7]);
    if (open.includes("currents")) make.push(["Currents", cell.membrane_current_unit, currents, 1.8]);
    if (open.includes("conductances")) make.push(["Conductances", cell.conductance_unit, conductances, 1.5]);
    this.driven = open.includes("driving forces");
    if (this.driven) make.push(["Driving forces", "mV", forces, 1.5]);
    make.push(["Stimulus", cell.current_unit, [{ path: "stimulus", label: "I", hex: INK, width: 1.6 }], 0.9]);
    this.panels = make.map(([name, unit, lines, weight], i) => new Panel(name, unit, lines, name === "Potential" ? this.pins : [], true, i === make.length - 1, weight, this));
    this.leading = this.panels[0];
    for (const panel of this.panels) this.host.append(panel.root);
    if (this.answer) this.draw();
  }

  set(answer: Answer): void {
    this.answer = answer;
    if (this.x.length !== answer.samples || this.x[1] !== answer.every) this.x = Float64Array.from({ length: answer.samples }, (_, i) => i * answer.every);
    if (this.span && this.span[1] > this.end) this.span = null;
    this.draw();
  }

  /** So many samples that uPlot draws each: from four a pixel on it draws the range in each pixel, a staircase. */
  get points(): number { return (this.host.clientWidth - 200) * devicePixelRatio * 4 > 1600 ? 1600 : 800; }

  get end(): number { return this.x[this.x.length - 1] ?? 1; }

  draw(): void {
    if (!this.answer) return;
    const span = this.span ?? [0, this.end] as [number, number];
    if (this.driven) for (const a of [this.answer, this.ghost]) if (a) force(a);
    for (const panel of this.panels) panel.set(this.x, this.answer, this.ghost, span, this.hold);
    this.point(this.at);
  }

  point(at: number | null): void {
    this.at = at;
    if (!this.answer) return;
    for (const panel of this.panels) panel.read(this.answer, at);
    this.oncursor(at);
  }

  zoom(low: number, high: number): void { this.span = [Math.max(0, low), Math.min(this.end, high)]; this.draw(); }
  unzoom(): void { this.span = null; this.draw(); }

  wheel(e: WheelEvent, plot: uPlot): void {
    const [a, b] = this.span ?? [0, this.end], width = b - a;
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
      const by = Math.max(-a, Math.min(this.end - b, 0.001 * (e.deltaX || e.deltaY) * width));
      this.zoom(a + by, b + by);
      return;
    }
    const at = plot.posToVal(plot.cursor.left ?? 0, "x"), factor = Math.exp(0.0015 * e.deltaY), next = Math.min(this.end, Math.max(0.2, width * factor));
    const low = Math.max(0, Math.min(this.end - next, at - (at - a) * next / width));
    if (next >= this.end) this.unzoom(); else this.zoom(low, low + next);
  }

  /** Another cell: its traces have other units and sizes, and are no "before" of this one. */
  forget(): void { this.answer = this.ghost = null; this.pins = []; }

  pin(label: string): void {
    if (!this.answer) return;
    this.pins = [...this.pins.slice(-3), { answer: this.answer, label, hex: PINS[this.pins.length % 4] }];
    this.pins.forEach((p, i) => { p.hex = PINS[i % 4]; });
  }
}
