// The axon: V along a fibre and over time, the wave travelling on the fibre as it is drawn, electrodes to drag, collision.
import { FibreDrawing } from "./axonpicture";
import { row } from "./row";
import { button, el, show } from "./dom";
import { HeatMap } from "./heat";
import type { Link } from "./link";
import type { Store } from "./state";
import { colour } from "./theme";
import type { Answer, Cell } from "./types";
import { Card, setter, type View } from "./view";
import { XY } from "./xy";

const BARE = { length: 50, diameter: 476, Ra: 35.4, duration: 8 }, SHEATHED = { length: 30, diameter: 14, Ra: 110, duration: 3 };
const WIDTH = 0.5; // ms, of the pulses
export const MARKS = ["--mark-1", "--mark-2", "--mark-3"];

export class AxonView implements View {
  readonly title = "Axon";
  readonly kinds = ["fibre"];
  readonly root = el("div", { class: "bench", id: "axon" });
  answer: Answer | null = null;
  count = 0; // pictures drawn, for tests
  time = 0; // ms that is shown on the fibre
  playing = false;
  private drawing: FibreDrawing | null = null;
  private heat: HeatMap | null = null;
  private traces: XY | null = null;
  private cards: Record<string, Card> = {};
  private slider: HTMLInputElement | null = null;
  private player: HTMLButtonElement | null = null;
  private clock = 0;

  constructor(private store: Store, private link: Link) {}

  build(cell: Cell): void {
    this.cards = { wave: new Card("The impulse on its way", "drag the electrodes; drag the time", true), map: new Card("V over place and time", "time goes up; the steeper the band, the slower the impulse"), traces: new Card("V at the electrodes", "") };
    this.root.replaceChildren(...Object.values(this.cards).map((c) => c.root));
    this.drawing = new FibreDrawing(this.cards.wave.body, this.store, cell);
    this.drawing.onmark = () => this.show();
    this.drawing.onmoved = () => { this.store.change(() => {}); };
    this.player = button("▶", "play: the impulse, slowed down", () => this.play(!this.playing), "chip");
    this.slider = el("input", { type: "range", min: 0, max: 1000, step: 1, value: 0, "aria-label": "time on the fibre, ms", "data-key": "axon.time" });
    this.slider.addEventListener("input", () => { this.play(false); this.time = this.duration * Number(this.slider!.value) / 1000; this.show(); });
    this.cards.wave.body.append(el("div", { class: "player" }, this.player, this.slider));
    this.heat = new HeatMap(this.cards.map.body);
    this.heat.ontime = (t) => { this.play(false); this.time = t; this.show(); };
    this.traces = new XY(this.cards.traces.body, "V at the electrodes over time", 300);
    if (this.answer) this.show();
  }

  private get duration(): number { return this.answer?.duration ?? this.store.state.axon.duration; }

  controls(cell: Cell): HTMLElement {
    const a = this.store.state.axon, at = setter(this.store, (s) => s.axon), usual = a.myelin ? SHEATHED : BARE;
    const line = (key: "length" | "diameter" | "Ra" | "duration" | "nodes" | "strength" | "delay", label: string, unit: string, low: number, high: number, title: string, home: number, least: number, most: number) => row(this.store, { key: `axon.${key}`, label, unit, low, high, title, home, least, most, ...at(key) });
    const heat = cell.parameters.find((p) => p.path === "celsius");
    const chip = (text: string, title: string, on: boolean, edit: () => void) => {
      const b = button(text, title, () => { this.store.change(edit, true); this.store.commit(); }, "chip");
      b.setAttribute("aria-pressed", String(on));
      return b;
    };
    const sheath = chip("myelin", "a sheath between nodes of Ranvier, which alone have channels", a.myelin, () => {
      const s = this.store.state.axon, next = !s.myelin;
      Object.assign(s, next ? SHEATHED : BARE, { myelin: next, nodes: /node/i.test(`${cell.preparation} ${cell.description}`) ? 1 : 10 });
      s.stim = 0;
      this.time = 0.45 * s.duration;
      s.marks = s.marks.map((_, i) => +((0.35 + 0.2 * i) * s.length).toPrecision(4));
    });
    return el("div", { class: "cards" },
      el("div", { class: "card" }, el("h3", {}, "Fibre", el("span", { class: "space" }), sheath),
        line("diameter", "d", "µm", a.myelin ? 2 : 5, a.myelin ? 30 : 1000, "diameter", usual.diameter, 0.5, 2000), line("length", "length", "mm", 5, a.myelin ? 80 : 150, "length of the fibre", usual.length, 1, 500),
        line("Ra", "Ra", "Ω·cm", 10, 300, "resistivity of the axoplasm", usual.Ra, 1, 1000),
        ...(a.myelin ? [line("nodes", "nodes", "×", 1, 25, "how much more densely the channels are packed at the nodes", 10, 0, 100)] : []),
        ...(heat ? [row(this.store, { key: "celsius", label: "T", unit: "°C", title: "celsius: temperature", low: 0, high: 40, least: heat.least, most: heat.most, home: heat.value, value: () => this.store.state.preparation.set.celsius ?? heat.value, set: (v) => this.store.change((s) => { if (v === heat.value) delete s.preparation.set.celsius; else s.preparation.set.celsius = v; }) })] : []),
        line("duration", "show", "ms", 1, 30, "duration of the run", usual.duration, 0.5, 100)),
      el("div", { class: "card" }, el("h3", {}, "Stimulus", el("span", { class: "space" }), chip("both ends", "a second impulse from the other end: they collide", a.both, () => { this.store.state.axon.both = !a.both; })),
        line("strength", "I", "×", 0, 3, `current, relative to one that starts an impulse in a fibre of this diameter; ${WIDTH} ms`, 1, -50, 50),
        ...(a.both ? [line("delay", "later", "ms", 0, 6, "how much later the other end is stimulated", 0, 0, 50)] : [])),
    );
  }

  /** nA: in proportion to the input conductance of a fibre (d to the power 3/2); under a sheath little of it is lost. */
  private amplitude(): number { const a = this.store.state.axon; return (a.myelin ? 1_000 : 20_000) * (a.diameter / 476) ** 1.5 * a.strength; }

  private electrodes(): { x: number; amplitude: number; start: number; width: number }[] {
    const { length, stim, both, delay } = this.store.state.axon, amplitude = this.amplitude();
    const first = { x: Math.min(stim, length), amplitude, start: 0.1, width: WIDTH };
    return both ? [first, { x: length, amplitude, start: 0.1 + delay, width: WIDTH }] : [first];
  }

  ask(_cell: Cell): void {
    const { length, diameter, Ra, duration, myelin, nodes } = this.store.state.axon, electrodes = this.electrodes();
    this.link.ask("fibre", { preparation: this.store.state.preparation, electrodes, length, diameter, Ra, duration, myelin, nodes }, (a) => {
      const first = !this.answer;
      this.answer = a;
      this.count++;
      this.time = Math.min(this.time, a.duration);
      if (first) this.time = 0.45 * a.duration;
      this.show();
    });
  }

  python(cell: Cell): string {
    const { length, diameter, Ra, duration, myelin, nodes } = this.store.state.axon, n = (x: number) => String(+x.toPrecision(12)), stop = (start: number) => n(start + WIDTH);
    const at = (x: number) => (myelin ? `"node.${Math.min(Math.round(1000 * length / (100 * diameter)), Math.round(1000 * x / (100 * diameter)))}"` : n(1000 * x));
    const steps = this.electrodes().map((e) => `lo.Step(${n(e.amplitude)}, start=${n(e.start)}, stop=${stop(e.start)}, at=${at(e.x)})`);
    const dense = cell.parameters.filter((p) => p.name === "g" || p.name === "P").map((p) => `"${p.path}"`);
    const body = myelin
      ? [`dense = {path: ${n(nodes)} * cell.parameters[path].value for path in [${dense.join(", ")}]}`, `rest = lo.resting_states(cell)[0].V`, `fibre = lo.Myelinated(cell.with_(dense), ${n(diameter)}, ${1 + Math.round(1000 * length / (100 * diameter))}, Ra=${n(Ra)}, rest=rest)`]
      : [`fibre = lo.Cable(cell, ${n(1000 * length)}, ${n(diameter)}, ${n(Ra)})`];
    return [...body, `stimulus = ${steps.join(" + ")}`, `ds = lo.simulate(fibre, stimulus, duration=${n(duration)}, dt=0.01, every=${n(duration / 400)})`, 'lo.plot(ds).savefig("axon.png")', ""].join("\n");
  }

  fail(_kind: string, text: string): void { if (this.cards.wave) this.cards.wave.foot.textContent = text; }
  leave(): void { this.play(false); }

  play(on: boolean): void {
    this.playing = on;
    if (this.player) { this.player.textContent = on ? "❚❚" : "▶"; this.player.setAttribute("aria-label", on ? "hold" : "play: the impulse, slowed down"); }
    if (!on) return;
    if (this.time >= 0.98 * this.duration) this.time = 0;
    this.clock = performance.now();
    requestAnimationFrame(() => this.tick());
  }

  private tick(): void {
    if (!this.playing || !this.root.isConnected) return;
    const now = performance.now();
    this.time += Math.min(0.1, (now - this.clock) / 1000) * this.duration / 5;
    this.clock = now;
    if (this.time >= this.duration) this.time = 0;
    this.show();
    requestAnimationFrame(() => this.tick());
  }

  /** V at a place over time, between the columns of the answer. */
  private trace(x: number): Float32Array {
    const a = this.answer!, n = a.places as number, at = Math.min(n - 1, Math.max(0, x / a.length * (n - 1))), i = Math.min(n - 2, Math.floor(at)), part = at - i;
    return Float32Array.from({ length: a.moments }, (_, k) => (1 - part) * a.data.V[k * n + i] + part * a.data.V[k * n + i + 1]);
  }

  private arrival(x: number): number {
    const a = this.answer!, n = a.places as number, at = Math.min(n - 1, Math.max(0, x / a.length * (n - 1))), i = Math.min(n - 2, Math.floor(at));
    return a.data.arrival[i] + (at - i) * (a.data.arrival[i + 1] - a.data.arrival[i]);
  }

  /** From the arrivals at the first and the last electrode, m/s (mm/ms). */
  velocity(): number {
    const marks = this.store.state.axon.marks, first = marks[0], last = marks[marks.length - 1];
    return this.answer ? (last - first) / (this.arrival(last) - this.arrival(first)) : NaN;
  }

  private said(): string {
    const a = this.answer!, v = this.velocity(), arrival = a.data.arrival;
    let meet = 0;
    for (let i = 0; i < arrival.length; i++) if (arrival[i] > arrival[meet]) meet = i;
    if (this.store.state.axon.both && meet > 0 && meet < arrival.length - 1) return `the impulses meet at ${show(a.data.x[meet], 3)} mm after ${show(arrival[meet], 3)} ms, and end there: behind each the membrane is refractory`;
    return Number.isFinite(v) ? `${show(Math.abs(v), 4)} m/s${v < 0 ? " towards the left," : ""} between the outer electrodes` : "no impulse passes both outer electrodes";
  }

  private show(): void {
    const a = this.answer;
    if (!a || !this.drawing || !this.heat || !this.traces) return;
    const marks = this.store.state.axon.marks;
    this.slider!.value = String(Math.round(1000 * this.time / a.duration));
    this.slider!.style.setProperty("--at", `${100 * this.time / a.duration}%`);
    this.slider!.setAttribute("aria-valuetext", `${show(this.time, 3)} ms`);
    this.drawing.draw(a, this.time);
    this.heat.draw(a, this.time, marks);
    this.traces.set({ x: { label: "ms", range: [0, a.duration] }, y: { label: "mV", range: [-95, 60] }, curves: marks.map((x, i) => ({ x: a.data.time, y: this.trace(x), colour: colour(MARKS[i % 3]), width: 1.8 })), lines: [{ x: this.time, colour: colour("--quiet") }] });
    this.cards.wave.foot.textContent = `${this.said()} · ${show(this.time, 3)} ms${a.notes ? ` · ${a.notes}` : ""}`;
    this.cards.map.foot.textContent = a.space_constant === null ? `${a.nodes.length} nodes of Ranvier` : `space constant of the membrane at rest ${show(a.space_constant, 3)} mm`;
    this.cards.traces.foot.textContent = marks.map((x) => `${show(x, 3)} mm: ${show(this.arrival(x), 3)} ms`).join(" · ");
  }
}
