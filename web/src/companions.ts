// The panels beside the scope. Each asks its own question, and only while it is shown.
import katex from "katex";
import { el, show } from "./dom";
import { colour, shown } from "./theme";
import { XY, nice, type Curve, type Mark } from "./xy";
import type { Link } from "./link";
import type { Store } from "./state";
import type { Answer, Cell } from "./types";

export const TITLES: Record<string, string> = {
  rates: "f–I curve", plane: "Phase plane", curves: "∞ and τ", durations: "Strength–duration", recovery: "Refractoriness", equations: "Equations",
};
const HINTS: Record<string, string> = {
  rates: "firing rate over a constant current", plane: "nullclines under the largest stimulus, and where the run goes", curves: "steady states and time constants; the dot is at the cursor",
  durations: "threshold over the duration of a pulse", recovery: "threshold of a second pulse, relative", equations: "brighter: what carries most of the current at the cursor",
};

export class Companions {
  private plots: Record<string, XY> = {};
  private foot: Record<string, HTMLElement> = {};
  answers: Record<string, Answer> = {};
  private run: Answer | null = null;
  private at: number | null = null;
  private lines: { channel: string; line: HTMLElement }[] = [];
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
    this.lines = [];
    this.second = null;
    for (const kind of Object.keys(TITLES)) {
      if (!this.store.state.open.includes(kind)) continue;
      const body = el("div", { class: "body" }), foot = el("div", { class: "foot" });
      const head = el("h3", { title: HINTS[kind] }, TITLES[kind]);
      if (kind === "plane") head.append(this.chooser(cell));
      this.host.append(el("article", { class: "companion", "aria-label": TITLES[kind] }, head, body, foot));
      this.foot[kind] = foot;
      if (kind === "equations") this.equations(cell, body);
      else this.plots[kind] = new XY(body, TITLES[kind], kind === "curves" ? 150 : 190);
      if (kind === "curves") this.second = new XY(body, "time constants", 150);
      if (this.answers[kind]) this.paint(kind, cell);
    }
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
    if (open.includes("curves")) want("curves", {});
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
    if (this.lines.length) this.dominate();
  }

  private paint(kind: string, cell: Cell): void {
    const a = this.answers[kind], plot = this.plots[kind], foot = this.foot[kind];
    if (!plot) return;
    const ink = colour("--ink"), accent = colour("--accent");
    if (kind === "rates") {
      this.high ??= a.data.amplitude[a.data.amplitude.length - 1];
      const top = Math.max(10, nice(0, 1.05 * Math.max(...a.data.rate))[1]);
      plot.set({ x: { label: `constant current, ${cell.current_unit}`, range: [a.data.amplitude[0], a.data.amplitude[a.data.amplitude.length - 1]] }, y: { label: "Hz", range: [0, top] }, curves: [{ x: a.data.amplitude, y: a.data.rate, colour: ink, dots: true, width: 1.4 }], lines: [{ x: this.level(), colour: accent }] });
      foot.textContent = a.onset === null ? "does not fire repetitively here" : `Hz · fires from ${show(a.onset, 3)} ${cell.current_unit} on, with ${show(a.onset_rate, 2)} Hz`;
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

  private equations(cell: Cell, body: HTMLElement): void {
    const rows = cell.equations[0].replace("\\begin{aligned}", "").replace("\\end{aligned}", "").trim().split("\\\\\n");
    for (const text of rows) {
      const line = el("div", { class: "equation" });
      line.innerHTML = katex.renderToString(text.replace("&=", "="), { output: "mathml", throwOnError: false, trust: false, displayMode: true });
      const found = /^I_\{\\mathrm\{(.+?)\}\}/.exec(text.trim());
      const channel = found ? cell.channels.find((c) => c.name.replace(/[^A-Za-z0-9]/g, "") === found[1].replace(/[^A-Za-z0-9]/g, "")) : undefined;
      if (channel) {
        line.style.setProperty("--hue", shown(channel.colour));
        line.classList.add("current");
        this.lines.push({ channel: channel.name, line });
      }
      body.append(line);
    }
    this.dominate();
  }

  private dominate(): void {
    const run = this.run, at = this.at;
    const sizes = this.lines.map((l) => (run && at !== null ? Math.abs(run.data[`${l.channel}.I`]?.[at] ?? 0) : 0)), all = sizes.reduce((x, y) => x + y, 0);
    this.lines.forEach((l, i) => l.line.style.setProperty("--share", all ? String(sizes[i] / all) : "0"));
  }
}
