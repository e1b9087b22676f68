// A scope that runs freely: the membrane goes on from where it is, the trace sweeps across the screen, and pulses go in when they come.
import type { Link } from "./link";
import type { Store } from "./state";
import type { Answer } from "./types";

const GAP = 0.02; // of the sweep, blank ahead of the beam
const AHEAD = 0.06; // s of the clock that are computed beforehand

interface Pulse { at: number; amplitude: number; width: number }

export class Running {
  on = false;
  private sweep: Answer | null = null;
  private state: Record<string, number> = {};
  private pulses: Pulse[] = [];
  private samples = 0; // computed since the beginning
  private shown = 0; // ms of the model's time that the beam has reached
  private clock = 0;
  private asked = false;
  private under = 0; // samples on their way: too late to poke into
  private spikes: number[] = [];
  private structure = "";
  onsweep: (sweep: Answer, at: number, spikes: number[]) => void = () => {};
  onstate: (on: boolean) => void = () => {};

  constructor(private link: Link, private store: Store) {}

  /** ms between the samples of a sweep: a thousand of them, more where a spike would be a corner. */
  private get every(): number { return +(Math.min(0.1, this.store.state.duration / 1000)).toPrecision(3); }
  private get length(): number { return Math.max(200, Math.min(4000, Math.round(this.store.state.duration / this.every))); }

  start(): void {
    if (this.on) return;
    this.on = true;
    this.clock = performance.now();
    this.asked = false;
    this.onstate(true);
    requestAnimationFrame(() => this.tick());
  }

  stop(): void {
    if (!this.on) return;
    this.on = false;
    this.onstate(false);
  }

  /** Begin anew at rest; another cell does, and what went wrong. */
  forget(): void { this.sweep = null; this.state = {}; this.pulses = []; this.samples = 0; this.shown = 0; this.spikes = []; this.asked = false; }

  /** A pulse, now. */
  poke(): void {
    const p = this.store.state.poke;
    this.start();
    this.pulses.push({ at: (this.samples + (this.asked ? this.under : 0)) * this.every, amplitude: p.amplitude, width: p.width });
  }

  private tick(): void {
    if (!this.on) return;
    const now = performance.now(), passed = Math.min(0.1, (now - this.clock) / 1000), speed = this.store.state.poke.speed;
    this.clock = now;
    const computed = this.samples * this.every;
    this.shown = Math.min(computed, this.shown + passed * speed);
    if (!this.asked && computed - this.shown < AHEAD * speed) this.ask(Math.max(1, Math.min(1000, this.length, Math.ceil(AHEAD * speed / this.every))));
    if (this.sweep && this.samples) this.draw();
    requestAnimationFrame(() => this.tick());
  }

  private ask(samples: number): void {
    const s = this.store.state, every = this.every, from = this.samples * every;
    const structure = JSON.stringify([s.preparation.cell, s.preparation.toml]);
    if (structure !== this.structure) { this.structure = structure; this.forget(); }
    this.pulses = this.pulses.filter((p) => p.at + p.width > from).slice(-20);
    this.asked = true;
    this.under = samples;
    const pokes = this.pulses.map((p) => ({ ...p, at: Math.max(-5000, p.at - from) }));
    this.link.ask("go", { preparation: s.preparation, state: this.state, every, samples, current: s.poke.hold, pokes }, (a) => { this.asked = false; this.take(a, every); });
  }

  fail(): void { this.asked = false; this.stop(); this.forget(); }

  private take(piece: Answer, every: number): void {
    if (piece.status !== "done") { this.fail(); return; }
    const names = Object.keys(piece.data), length = this.length;
    let sweep = this.sweep;
    if (!sweep || sweep.every !== every || sweep.samples !== length || names.some((n) => !sweep!.data[n])) {
      const data: Record<string, Float32Array> = {};
      for (const name of names) data[name] = new Float32Array(length).fill(NaN);
      sweep = this.sweep = { id: 0, kind: "sweep", arrays: [], data, every, samples: length, units: piece.units, notes: piece.notes, readings: {}, status: "done" };
      this.samples = 0;
      this.shown = 0;
      this.pulses = [];
    }
    this.state = piece.state;
    for (const t of piece.spikes) this.spikes.push(this.samples * every + t);
    if (this.spikes.length > 40) this.spikes.splice(0, this.spikes.length - 40);
    for (const name of names) {
      const from = piece.data[name], into = sweep.data[name];
      for (let i = 0; i < from.length; i++) into[(this.samples + i) % length] = from[i];
    }
    this.samples += piece.samples;
  }

  /** The beam is where the clock is; what has been computed beyond it stays blank with the gap. */
  private draw(): void {
    const sweep = this.sweep!, n = sweep.samples, beam = Math.max(0, Math.floor(this.shown / sweep.every) - 1);
    const blank = Math.max(this.samples - beam, Math.ceil(GAP * n));
    const data: Record<string, Float32Array> = {};
    for (const [name, values] of Object.entries(sweep.data)) {
      const copy = values.slice();
      for (let i = 1; i <= blank && i < n; i++) copy[(beam + i) % n] = NaN;
      data[name] = copy;
    }
    this.onsweep({ ...sweep, data }, beam % n, this.spikes.filter((t) => t <= this.shown));
  }
}
