// Everything of a session: in one object, in the address of the page, and with a way back.
import { host } from "./transport";
import type { State } from "./types";

export const PANELS = ["gates", "currents", "conductances", "driving forces"];

export function fresh(cell: string, toml = ""): State {
  return {
    preparation: { cell, toml, add: [], remove: [], set: {}, block: {}, freeze: [], slow: {}, instant: [] },
    stimuli: [{ type: "step", amplitude: 10, start: 5, stop: 90 }],
    duration: 100,
    y: "",
    open: ["gates", "currents", "rates", "plane", "curves"],
    view: "",
    poke: { amplitude: 20, width: 1, hold: 0, speed: 50 },
    ions: {},
    clamp: { hold: -65, low: -80, high: 60, step: 10, duration: 12, pulse: 0, pulses: 4, noise: 3 },
    axon: { length: 50, diameter: 476, Ra: 35.4, duration: 8, myelin: false, nodes: 10, strength: 1, both: false, delay: 0, stim: 0, marks: [15, 25, 40] },
  };
}

export class Store {
  private past: string[] = [];
  private future: string[] = [];
  private kept = "";
  onchange: (whole: boolean) => void = () => {};
  /** What else the address holds, and undo leaves alone: how far somebody has come in a lesson. */
  aside: Record<string, unknown> = {};
  state: State;

  constructor(given: State) {
    const { aside, ...state } = given as State & { aside?: unknown };
    if (aside && typeof aside === "object" && !Array.isArray(aside)) this.aside = aside as Record<string, unknown>;
    this.state = state;
    this.kept = JSON.stringify(state);
  }

  /** Change something; `whole` if controls have to be made anew. A gesture ends with `commit`. */
  change(edit: (state: State) => void, whole = false): void {
    edit(this.state);
    this.onchange(whole);
  }

  commit(): boolean {
    const now = JSON.stringify(this.state);
    if (now === this.kept) return false;
    this.past.push(this.kept);
    if (this.past.length > 200) this.past.shift();
    this.future = [];
    this.kept = now;
    this.write();
    return true;
  }

  undo(): void { this.travel(this.past, this.future); }
  redo(): void { this.travel(this.future, this.past); }
  get canUndo(): boolean { return this.past.length > 0; }
  get canRedo(): boolean { return this.future.length > 0; }

  private travel(from: string[], to: string[]): void {
    const there = from.pop();
    if (there === undefined) return;
    to.push(this.kept);
    this.kept = there;
    this.state = JSON.parse(there);
    this.write();
    this.onchange(true);
  }

  write(): void {
    const text = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(Object.keys(this.aside).length ? { ...this.state, aside: this.aside } : this.state))));
    const through = host();
    if (through) through.keep(text);
    else if (text.length < 60_000) history.replaceState(null, "", `${location.pathname}${location.search}#${text}`);
  }
}

/** The state in the address; null if there is none. Checked by shape here, by meaning on the server. */
export function fromAddress(cell: string): State | null {
  try {
    const bytes = Uint8Array.from(atob(host()?.state ?? location.hash.slice(1)), (c) => c.charCodeAt(0));
    const base = fresh(cell), given = { ...base, ...JSON.parse(new TextDecoder().decode(bytes)) }; // an older address says nothing of what is new
    const same = (a: unknown, b: unknown) => typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
    if (!("preparation" in given)) return null;
    for (const key of Object.keys(base) as (keyof State)[]) if (!same(base[key], given[key])) return null;
    for (const part of ["preparation", "poke", "clamp", "axon"] as const) for (const [key, value] of Object.entries(base[part])) if (!same(value, given[part][key])) return null;
    return given as State;
  } catch {
    return null;
  }
}
