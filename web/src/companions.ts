// The panels beside the scope. Each asks its own question, and only while it is shown.
import { el, show } from "./dom";
import { Equations } from "./equations";
import { MembranePicture } from "./membrane";
import { saver } from "./picture";
import { colour, shown } from "./theme";
import { XY, nice, type Curve, type Mark } from "./xy";
import type { Link } from "./link";
import type { Store } from "./state";
import type { Answer, Cell } from "./types";

export const TITLES: Record<string, string> = {
  rates: "f–I curve", plane: "Phase plane", curves: "∞ and τ", picture: "Membrane", durations: "Strength–duration", recovery: "Refractoriness", equations: "Equations",
};
const HINTS: Record<string, string> = {
  rates: "firing rate over a constant current", plane: "nullclines under the largest stimulus, and where the run goes", curves: "steady states and time constants; the dot is at the cursor",
  picture: "channels, as many of them open as the gates say at the cursor, and the ions that flow",
  durations: "threshold over the duration of a pulse", recovery: "threshold of a second pulse, relative", equations: "brighter: what carries most of the current at the cursor",
};

export class Companions {
  private plots: Record<string, XY> = {};
  private foot: Record<string, HTMLElement> = {};
  answers: Record<string, Answer> = {};
  private run: Answer | null = null;
  private at: number | null = null;
  private typeset: Equations | null = null;
  picture: MembranePicture | null = null;
  onchoose: (path: string) => void = () => {};
  private second: XY | null = null;
  private high: number | null = null; // of the f-I curve, as the server found it for this cell
  private whose = "";
  count = 0;

  constructor(private host: HTMLElement, private store: Store, private link: Link) {}

  build(cell: Cell): void {
    const { cell: name, toml } = this.store.state.preparation, whose = JSON.stringify([name, toml]);
    if (whose !== this.whose) { this.whose = whose; this.high = null; this.answers = {}; }
    this.host.replaceChildren();
    this.plots = {};
    this.foot = {};
    this.typeset = this.picture = null;
    this.second = null;
    for (const kind of Object.keys(TITLES)) {
      if (!this.store.state.open.includes(kind)) continue;
      const body = el("div", { class: "body" }), foot = el("div", { class: "foot" });
      const head = el("h3", { title: HINTS[kind] }, TITLES[kind]);
      if (kind === "plane") head.append(this.chooser(cell));
      if (kind !== "equations") head.append(saver(TITLES[kind], () => body));
      this.host.append(el("article", { class: "companion", "aria-label": TITLES[kind] }, head, body, foot));
      this.foot[kind] = foot;
      if (kind === "equations") this.typeset = new Equations(body, cell, this.store, () => this.answers.curves, (path) => this.onchoose(path));
      else if (kind === "picture") this.picture = new MembranePicture(body, cell, foot);
      else this.plots[kind] = new XY(body, TITLES[kind], kind === "curves" ? 150 : 190);
      if (kind === "curves") this.second = new XY(body, "time constants", 150);
      if (this.answers[kind]) this.paint(kind, cell);
    }
    if (this.picture && this.answers.curves) this.picture.learn(this.answers.curves);
  }

  /** What moves by itself: an instantaneous gate is no axis of a plane. */
  private moving(cell: Cell): string[] { return cell.states.filter((s) => s !== "V" && !this.store.state.preparation.instant.includes(s)); }

  /** A question that has no answer is said where the answer would be. */
  fail(kind: string, text: string): void { if (this.foot[kind]) this.foot[kind].textContent = text; }

  private chooser(cell: Cell): HTMLElement {
    const others = this.moving(cell);
    if (!others.includes(this.store.state.y)) this.store.state.y = others.find((s) => /^K[^.]*\.n$/.test(s)) ?? others.find((s) => /^K(?!C)/.test(s)) ?? others[0] ?? "";
    const choose = el("select", { "aria-label": "what is drawn against V" }, ...others.map((s) => el("option", { value: s, selected: s === this.store.state.y }, `V – ${s}`)));
    choose.addEventListener("change", () => { this.store.change((s) => { s.y = choose.value; }); this.store.commit(); });
    return choose;
  }

  /** Ask what is shown; the answers come when they come, and only the newest. */
  ask(cell: Cell): void {
    const s = this.store.state, preparation = s.preparation, open = s.open;
    if (!this.moving(cell).includes(s.y)) s.y = this.moving(cell)[0] ?? "";
    const want = (kind: string, body: object) => this.link.ask(kind, { preparation, ...body }, (a) => { this.answers[kind] = a; this.count++; this.paint(kind, cell); });
    if (open.includes("rates")) want("rates", { low: 0, high: this.high && Math.max(this.high, nice(0, 1.2 * Math.abs(this.level()))[1]), count: 32 });
    if (open.includes("plane") && s.y) want("plane", { y: s.y, current: this.level() });
    if (["curves", "picture", "equations"].some((kind) => open.includes(kind))) want("curves", {});
    if (open.includes("durations")) want("durations", {});
    if (open.includes("recovery")) want("recovery", {});
  }

  level(): number {
    let best = 0;
    for (const s of this.store.state.stimuli) for (const v of [s.amplitude, s.mean, s.offset, s.initial]) if (typeof v === "number" && s.type !== "sine" && s.type !== "chirp" && Math.abs(v) > Math.abs(best)) best = v;
    return best;
  }

  follow(run: Answer, at: number | null, cell: Cell): void {
    this.run = run;
    this.at = at;
    for (const kind of ["plane", "curves"]) if (this.answers[kind] && this.plots[kind]) this.paint(kind, cell);
    this.typeset?.follow(run, at);
    this.imagine(run, at, cell);
  }

  /** The membrane at the cursor; without one, at the beginning. */
  private imagine(run: Answer, at: number | null, cell: Cell): void {
    if (!this.picture) return;
    const { set, block } = this.store.state.preparation;
    for (const c of cell.channels) {
      const g = set[`${c.name}.g`] ?? cell.parameters.find((p) => p.path === `${c.name}.g`)?.value;
      this.picture.blocked[c.name] = block[c.name] ?? 0;
      this.picture.most[c.name] = g === undefined ? NaN : g * (1 - this.picture.blocked[c.name]);
    }
    this.picture.update(run, at ?? 0);
  }

  private paint(kind: string, cell: Cell): void {
    const a = this.answers[kind], plot = this.plots[kind], foot = this.foot[kind];
    if (kind === "curves") { this.picture?.learn(a); this.typeset?.follow(this.run, this.at); }
    if (!plot) return;
    const ink = colour("--ink"), accent = colour("--accent");
    if (kind === "rates") {
      this.high ??= a.data.amplitude[a.data.amplitude.length - 1];
      const top = Math.max(10, nice(0, 1.05 * Math.max(...a.data.rate, ...Array.from(a.data.small, (v) => v || 0)))[1]);
      const amplitude = a.data.amplitude, beyond = (i: number) => a.last !== null && amplitude[i] > a.last * (1 + 1e-6);
      const spikes = Array.from(a.data.rate, (r, i) => (beyond(i) ? NaN : r)), silent = Array.from(a.data.small, (r, i) => (beyond(i) && !Number.isFinite(r) ? 0 : NaN));
      plot.set({
        x: { label: `constant current, ${cell.current_unit}`, range: [amplitude[0], amplitude[amplitude.length - 1]] }, y: { label: "Hz", range: [0, top] },
        curves: [{ x: amplitude, y: spikes, colour: ink, dots: true, width: 1.4 }, { x: amplitude, y: a.data.small, colour: colour("--ghost"), dots: true, width: 1.4 }, { x: amplitude, y: silent, colour: colour("--ghost"), dots: true, width: 3 }], lines: [{ x: this.level(), colour: accent }],
      });
      const blocked = a.data.small.some((_, i) => beyond(i)) ? ` · above ${show(a.last, 3)} the waves stay below ${show(a.threshold, 3)} mV${a.block === null ? "" : `, from ${show(a.block, 3)} on V stands still`}: depolarisation block` : "";
      foot.textContent = a.onset === null ? "does not fire repetitively here" : `Hz · fires from ${show(a.onset, 3)} ${cell.current_unit} on, with ${show(a.onset_rate, 2)} Hz${blocked}`;
    } else if (kind === "plane") {
      this.paintPlane(a, plot, foot, cell);
    } else if (kind === "curves") {
      this.paintCurves(a, plot, cell);
    } else if (kind === "durations") {
      plot.set({ x: { label: "duration of the pulse, ms", log: true }, y: { label: cell.current_unit, log: true }, curves: [{ x: a.data.duration, y: a.data.threshold, colour: ink, dots: true }] });
      foot.textContent = a.rheobase === null ? a.status : `rheobase ${show(a.rheobase, 3)} ${cell.current_unit}, chronaxie ${show(a.chronaxie, 3)} ms`;
    } else if (kind === "recovery") {
      plot.set({ x: { label: "interval, ms", range: [0, 40] }, y: { label: "ratio", range: [0, 8] }, curves: [{ x: [0, 40], y: [1, 1], colour: colour("--hair"), width: 1.5 }, { x: a.data.interval, y: a.data.ratio, colour: ink, dots: true }] });
      foot.textContent = a.relative === null ? a.status : `no second spike before ${show(a.absolute, 3)} ms, as easy as the first from ${show(a.relative, 3)} ms`;
    }
  }

  private paintPlane(a: Answer, plot: XY, foot: HTMLElement, cell: Cell): void {
    const y: string = a.y, hue = shown(cell.channels.find((c) => y.startsWith(c.name + "."))?.colour ?? "#888888"), ink = colour("--ink");
    const curves: Curve[] = [];
    for (const [which, line] of [["v", ink], ["y", hue]]) for (let i = 0; a.data[`${which}${i}.x`]; i++) curves.push({ x: a.data[`${which}${i}.x`], y: a.data[`${which}${i}.y`], colour: line, width: 1.6, dash: which === "y" ? [6, 3] : [] });
    const v = this.run?.data.V, w = this.run?.data[y];
    const marks: Mark[] = a.fixed.map((f: any) => ({ x: f.V, y: f.y, colour: ink, filled: f.stable }));
    if (v && w) {
      curves.push({ x: v, y: w, colour: colour("--accent"), width: 1.3 });
      const at = this.at;
      if (at !== null && at < v.length) marks.push({ x: v[at], y: w[at], colour: colour("--accent"), filled: true });
    }
    plot.set({ x: { label: `V, mV`, range: a.ranges[0] }, y: { label: y, range: a.ranges[1] }, curves, marks });
    foot.textContent = a.fixed.map((f: any) => `${f.kind} at ${show(f.V, 3)} mV`).join(" · ") || "no fixed point in view";
  }

  private paintCurves(a: Answer, plot: XY, cell: Cell): void {
    const v = a.data.V, dashes = [[], [6, 4], [2, 3], [8, 3, 2, 3]], at = this.at !== null && this.run ? this.run.data.V[this.at] : null;
    const steady: Curve[] = [], slow: Curve[] = [], marks: Mark[] = [], marks2: Mark[] = [];
    for (const c of cell.channels) c.gates.forEach((g, i) => {
      const hue = shown(c.colour), dash = dashes[i % 4], inf = a.data[`${g}.inf`], tau = a.data[`${g}.tau`];
      if (inf) steady.push({ x: v, y: inf, colour: hue, dash, label: g });
      if (tau && Math.max(...tau) < 1e5) slow.push({ x: v, y: tau, colour: hue, dash, label: g });
      if (at === null) return;
      const place = Math.round((at - v[0]) / (v[1] - v[0]));
      if (inf && place >= 0 && place < v.length) marks.push({ x: at, y: inf[place], colour: hue, filled: true });
      if (tau && place >= 0 && place < v.length) marks2.push({ x: at, y: tau[place], colour: hue, filled: true });
    });
    const lines = at === null ? [] : [{ x: at, colour: colour("--accent") }];
    plot.set({ x: { label: "V, mV · steady state", range: [-110, 60] }, y: { label: "", range: [0, 1] }, curves: steady, marks, lines });
    this.second!.set({ x: { label: "V, mV · time constant, ms", range: [-110, 60] }, y: { label: "ms", log: slow.some((c) => Math.max(...Array.from(c.y)) > 300) }, curves: slow, marks: marks2, lines });
  }
}
