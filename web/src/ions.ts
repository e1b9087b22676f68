// Reversal potentials and concentrations: two ways to say the same (Nernst). Either can be moved; the other follows.
import { button, el, plain } from "./dom";
import { row } from "./row";
import type { Store } from "./state";
import type { Cell, Channel, State } from "./types";

/** Valence of the ion that a channel's name begins with; 0 if it is none that is known. */
export function valence(channel: string): number {
  const name = channel.split(".").pop()!;
  return /^Cl/i.test(name) ? -1 : /^Ca/i.test(name) ? 2 : /^Na/i.test(name) ? 1 : /^K/i.test(name) ? 1 : 0;
}

/** RT/zF in mV. */
function scale(celsius: number, z: number): number { return 8.314462618 * (celsius + 273.15) / (96.48533212 * z); }
export function nernst(outside: number, inside: number, z: number, celsius: number): number { return scale(celsius, z) * Math.log(outside / inside); }

function of(state: State, cell: Cell, path: string): number { return state.preparation.set[path] ?? cell.parameters.find((p) => p.path === path)?.value ?? NaN; }

/** Outside concentrations of squid axons in sea water (cold) and of mammals (warm), mM. */
function outside(channel: string, celsius: number): number {
  const name = channel.split(".").pop()!.slice(0, 2).toLowerCase(), cold = celsius < 20;
  return name === "na" ? (cold ? 440 : 145) : name === "cl" ? (cold ? 560 : 120) : name === "ca" ? (cold ? 10 : 2) : cold ? 20 : 4;
}

/** What follows from the concentrations: the reversal potentials, at the temperature that is. Before anything is asked. */
export function settle(state: State, cell: Cell): void {
  for (const [channel, [out, within]] of Object.entries(state.ions)) {
    const path = `${channel}.E`, p = cell.parameters.find((x) => x.path === path);
    if (!p) { delete state.ions[channel]; continue; }
    const e = +nernst(out, within, valence(channel), of(state, cell, "celsius")).toPrecision(9);
    if (Math.abs(e - p.value) < 1e-6) delete state.preparation.set[path]; else state.preparation.set[path] = Math.min(p.most ?? 1e9, Math.max(p.least ?? -1e9, e));
  }
}

/** The reversal potential was moved by hand: the concentration outside follows. */
export function follow(state: State, cell: Cell, path: string): void {
  const channel = path.slice(0, -2), pair = path.endsWith(".E") ? state.ions[channel] : undefined;
  if (pair) pair[0] = +(pair[1] * Math.exp(of(state, cell, path) / scale(of(state, cell, "celsius"), valence(channel)))).toPrecision(6);
}

/** Under the reversal potential: the concentrations, or the way to them. */
export function concentrations(store: Store, cell: Cell, channel: Channel): HTMLElement[] {
  const z = valence(channel.name), path = `${channel.name}.E`;
  if (!z || !cell.parameters.some((p) => p.path === path)) return [];
  const on = channel.name in store.state.ions;
  const chip = button("mM", `${channel.name}: reversal potential from concentrations`, () => {
    store.change((s) => {
      if (on) { delete s.ions[channel.name]; return; }
      const celsius = of(s, cell, "celsius"), out = outside(channel.name, celsius);
      s.ions[channel.name] = [out, +(out * Math.exp(-of(s, cell, path) / scale(celsius, z))).toPrecision(9)];
    }, true);
    store.commit();
  }, "chip");
  chip.setAttribute("aria-pressed", String(on));
  const line = el("div", { class: "gate" }, el("em", {}, "ions"), chip, el("span", { class: "remark" }, on ? `E = ${z === 1 ? "" : z === -1 ? "−" : "½ "}RT/F ln [out]/[in]` : ""));
  if (!on) return [line];
  const [out, within] = store.state.ions[channel.name], ion = channel.name.split(".").pop()!.slice(0, /^[KN]/.test(channel.name) && channel.name[0] === "K" ? 1 : 2);
  const make = (which: 0 | 1, label: string, now: number) => row(store, {
    key: `${channel.name}.${which ? "in" : "out"}`, label, unit: "mM", title: `${ion} ${which ? "inside" : "outside"}`, low: 0, high: 2.5 * +plain(now), least: 1e-6, most: 5000,
    value: () => store.state.ions[channel.name]?.[which] ?? now,
    set: (v) => store.change((s) => { if (s.ions[channel.name]) s.ions[channel.name][which] = v; }),
  });
  return [line, make(0, "out", out), make(1, "in", within)];
}
