// Controls made from the cell's own parameters, and those of the stimuli.
import { button, el, plain, symbolOf } from "./dom";
import { blank, strip } from "./drawn";
import { concentrations, follow } from "./ions";
import { row } from "./row";
import { shown } from "./theme";
import type { Cell, Channel, Parameter, State, Stimulus } from "./types";
import type { Store } from "./state";

function parameterRow(store: Store, p: Parameter, cell: Cell): HTMLElement {
  const set = () => store.state.preparation.set;
  return row(store, {
    key: p.path, label: symbolOf(p.name || p.path), unit: p.unit, title: `${p.path}: ${p.description}`, low: p.low, high: p.high,
    least: p.least, most: p.most, home: p.value, value: () => set()[p.path] ?? p.value,
    set: (v) => store.change((s) => { if (v === p.value) delete s.preparation.set[p.path]; else s.preparation.set[p.path] = v; follow(s, cell, p.path); }),
  });
}

export function membrane(store: Store, cell: Cell): HTMLElement {
  const box = el("div", { class: "cards" });
  const own = cell.parameters.filter((p) => !cell.channels.some((c) => c.name === p.channel));
  const main = own.filter((p) => p.main), more = own.filter((p) => !p.main);
  box.append(el("div", { class: "card" }, el("h3", {}, "Membrane"), ...main.map((p) => parameterRow(store, p, cell)), ...folded(store, more, cell)));
  for (const channel of cell.channels) box.append(channelCard(store, cell, channel));
  for (const name of store.state.preparation.remove) {
    box.append(el("div", { class: "card gone" }, el("h3", {}, el("s", {}, name)), button("put back", `put ${name} back`, () => {
      store.change((s) => { s.preparation.remove = s.preparation.remove.filter((x) => x !== name); }, true);
      store.commit();
    }, "chip")));
  }
  box.append(adder(store, cell));
  return box;
}

function folded(store: Store, more: Parameter[], cell: Cell): HTMLElement[] {
  if (!more.length) return [];
  const open = more.some((p) => p.path in store.state.preparation.set);
  return [el("details", { open }, el("summary", {}, `${more.length} more`), ...more.map((p) => parameterRow(store, p, cell)))];
}

function channelCard(store: Store, cell: Cell, channel: Channel): HTMLElement {
  const own = cell.parameters.filter((p) => p.channel === channel.name);
  const main = own.filter((p) => p.main), more = own.filter((p) => !p.main);
  const card = el("div", { class: "card", style: `--hue:${shown(channel.colour)}` });
  const remove = button("×", `remove ${channel.name} from the cell`, () => {
    store.change((s) => {
      const p = s.preparation, mine = (path: string) => path.startsWith(channel.name + ".");
      p.remove.push(channel.name);
      delete p.block[channel.name];
      p.freeze = p.freeze.filter((g) => !mine(g));
      p.instant = p.instant.filter((g) => !mine(g));
      for (const d of [p.set, p.slow]) for (const k of Object.keys(d)) if (mine(k)) delete d[k];
    }, true);
    store.commit();
  }, "quiet");
  card.append(el("h3", { title: channel.source }, el("i", { class: "dot" }), channel.name, remove), ...main.map((p) => parameterRow(store, p, cell)), ...concentrations(store, cell, channel));
  if (channel.blockable) {
    const toxin = /^Na/.test(channel.name) ? "TTX" : /^K$|^K[dv]|^KDR/.test(channel.name) ? "TEA" : "block";
    card.append(row(store, {
      key: `block.${channel.name}`, label: toxin, unit: "%", title: `${channel.name} channels blocked`, low: 0, high: 100, least: 0, most: 100, home: 0,
      value: () => 100 * (store.state.preparation.block[channel.name] ?? 0),
      set: (v) => store.change((s) => { if (v === 0) delete s.preparation.block[channel.name]; else s.preparation.block[channel.name] = v / 100; }),
    }));
  }
  for (const gate of channel.gates) card.append(gateLine(store, channel, gate));
  card.append(...folded(store, more, cell));
  return card;
}

function gateLine(store: Store, channel: Channel, gate: string): HTMLElement {
  const p = store.state.preparation, name = gate.slice(channel.name.length + 1);
  if (channel.instant.includes(gate)) return el("div", { class: "gate" }, el("em", {}, name), el("span", { class: "remark" }, "instantaneous"));
  const state = () => p.freeze.includes(gate) ? "freeze" : p.instant.includes(gate) ? "instant" : gate in p.slow ? "slow" : "";
  const line = el("div", { class: "gate", role: "group", "aria-label": `gate ${gate}` }, el("em", {}, name));
  for (const [kind, title] of [["freeze", "stuck where it rests"], ["slow", "four times as slow"], ["instant", "follows V at once"]]) {
    const chip = button(kind, `${gate} ${title}`, () => {
      const on = state() === kind;
      store.change((s) => {
        const q = s.preparation;
        q.freeze = q.freeze.filter((g) => g !== gate);
        q.instant = q.instant.filter((g) => g !== gate);
        delete q.slow[gate];
        if (on) return;
        if (kind === "slow") q.slow[gate] = 4;
        else q[kind as "freeze" | "instant"].push(gate);
      }, true);
      store.commit();
    }, "chip");
    chip.setAttribute("aria-pressed", String(state() === kind));
    line.append(chip);
  }
  return line;
}

function adder(store: Store, cell: Cell): HTMLElement {
  const choose = el("select", { "aria-label": "add a channel from the library" }, el("option", { value: "" }, "add a channel …"),
    ...cell.library.map((name) => el("option", { value: name }, name.replaceAll("_", " "))));
  choose.addEventListener("change", () => {
    if (!choose.value) return;
    store.change((s) => { s.preparation.add.push(choose.value); }, true);
    store.commit();
  });
  const added = store.state.preparation.add.map((name) => button(`${name.replaceAll("_", " ")} ×`, `take ${name} out again`, () => {
    store.change((s) => { s.preparation.add = s.preparation.add.filter((x) => x !== name); s.preparation.set = {}; s.preparation.block = {}; }, true);
    store.commit();
  }, "chip"));
  return el("div", { class: "card adder" }, choose, ...added);
}

// ------------------------------------------------------------------------------------------------------------- stimulus

type Field = [key: string, label: string, unit: string, low: number, high: number, title: string];
const TIMES: Field[] = [["start", "start", "ms", 0, 1, "begins at"], ["stop", "stop", "ms", 0, 1, "ends at"]];
const KINDS: Record<string, { text: string; make: (d: number) => Stimulus; fields: Field[] }> = {
  step: { text: "step", make: (d) => ({ type: "step", amplitude: 10, start: 5, stop: 0.9 * d }), fields: [["amplitude", "I", "", -20, 60, "current"], ...TIMES] },
  pulses: {
    text: "pulses", make: () => ({ type: "pulses", amplitude: 20, width: 1, interval: 20, count: 2, start: 5 }),
    fields: [["amplitude", "I", "", -50, 150, "current"], ["width", "width", "ms", 0.05, 20, "duration of a pulse"], ["interval", "every", "ms", 0.1, 60, "from one pulse to the next"],
      ["count", "count", "", 1, 30, "number of pulses"], TIMES[0]],
  },
  ramp: { text: "ramp", make: (d) => ({ type: "ramp", amplitude: 20, start: 5, stop: 0.9 * d, initial: 0 }), fields: [["initial", "from", "", -40, 60, "current at the start"], ["amplitude", "to", "", -40, 60, "current at the end"], ...TIMES] },
  sine: { text: "sine", make: (d) => ({ type: "sine", amplitude: 5, frequency: 60, offset: 0, start: 5, stop: 0.95 * d }), fields: [["amplitude", "I", "", 0, 30, "amplitude"], ["frequency", "f", "Hz", 1, 400, "frequency"], ["offset", "mean", "", -20, 40, "mean current"], ...TIMES] },
  chirp: { text: "chirp", make: (d) => ({ type: "chirp", amplitude: 2, first: 5, last: 200, start: 5, stop: 0.95 * d }), fields: [["amplitude", "I", "", 0, 30, "amplitude"], ["first", "from", "Hz", 0, 400, "first frequency"], ["last", "to", "Hz", 0, 400, "last frequency"], ...TIMES] },
  noise: { text: "noise", make: (d) => ({ type: "noise", sigma: 5, mean: 5, tau: 2, seed: 1, start: 5, stop: 0.95 * d }), fields: [["sigma", "σ", "", 0, 30, "standard deviation"], ["mean", "mean", "", -20, 40, "mean current"], ["tau", "τ", "ms", 0.1, 30, "correlation time"], ["seed", "seed", "", 0, 100, "seed of the noise"], ...TIMES] },
};
/** What stands for 1 µA/cm² in the current of a whole cell: one number for sliders of all cells of a unit. */
export function usual(unit: string): number { return unit === "pA" ? 10 : unit === "nA" ? 0.1 : 1; }
const COUNTS = new Set(["count", "seed"]);
const CURRENTS = new Set(["amplitude", "initial", "offset", "sigma", "mean"]);
const POSITIVE = new Set(["width", "interval", "start", "stop", "frequency", "first", "last", "tau", "seed", "sigma"]);

export function stimulusEditor(store: Store, cell: Cell, state: State): HTMLElement {
  const box = el("div", { class: "cards" });
  box.append(el("div", { class: "card" }, row(store, {
    key: "duration", label: "show", unit: "ms", title: "duration of the run", low: 10, high: 500, least: 1, most: 5000, home: 100, value: () => store.state.duration,
    set: (v) => store.change((s) => { s.duration = v; }),
  })));
  box.append(pokeCard(store, cell));
  state.stimuli.forEach((stimulus, place) => box.append(stimulusCard(store, cell, stimulus, place)));
  const add = (kind: string) => { store.change((s) => { s.stimuli.push(KINDS[kind].make(s.duration)); }, true); store.commit(); };
  if (state.stimuli.length < 8) {
    const draw = button("draw", "add a stimulus, by hand", () => { store.change((s) => { s.stimuli.push(blank(s.duration)); }, true); store.commit(); }, "chip");
    box.append(el("div", { class: "card adder", role: "group", "aria-label": "add a stimulus" }, el("span", { class: "remark" }, "add"), ...Object.keys(KINDS).map((k) => button(KINDS[k].text, `add a stimulus: ${KINDS[k].text}`, () => add(k), "chip")), draw));
  }
  return box;
}

/** What goes into a running scope: the pulse of a poke, and a current that stays. */
function pokeCard(store: Store, cell: Cell): HTMLElement {
  const size = usual(cell.current_unit), line = (key: "amplitude" | "width" | "hold" | "speed", label: string, unit: string, low: number, high: number, title: string, least: number | null) =>
    row(store, { key: `poke.${key}`, label, unit, low, high, title, least, most: key === "speed" ? 2000 : null, value: () => store.state.poke[key], set: (v) => store.change((s) => { s.poke[key] = v; }) });
  return el("details", { class: "card", open: document.body.classList.contains("running") }, el("summary", {}, "running and poking"), line("amplitude", "poke", cell.current_unit, -50 * size, 100 * size, "current of a poke", null), line("width", "for", "ms", 0.1, 10, "duration of a poke", 0.01),
    line("hold", "hold", cell.current_unit, -20 * size, 60 * size, "current that stays while the scope runs", null), line("speed", "speed", "ms/s", 5, 300, "ms of the membrane in a second of yours", 1));
}

function stimulusCard(store: Store, cell: Cell, stimulus: Stimulus, place: number): HTMLElement {
  const remove = button("×", `remove this stimulus`, () => { store.change((s) => { s.stimuli.splice(place, 1); }, true); store.commit(); }, "quiet");
  if (stimulus.type === "waveform") return el("div", { class: "card" }, el("h3", {}, "drawn", remove), strip(store, place, cell.current_unit, usual(cell.current_unit)), el("div", { class: "remark" }, `draw on it · ${stimulus.times!.length} samples to ${plain(stimulus.times![stimulus.times!.length - 1])} ms · a .csv dropped on the page comes here too`));
  const kind = KINDS[stimulus.type];
  const choose = el("select", { "aria-label": "kind of stimulus" }, ...Object.keys(KINDS).map((k) => el("option", { value: k, selected: k === stimulus.type }, KINDS[k].text)));
  choose.addEventListener("change", () => {
    store.change((s) => { s.stimuli[place] = KINDS[choose.value].make(s.duration); }, true);
    store.commit();
  });
  const whole = usual(cell.current_unit);
  const rows = kind.fields.map(([key, label, unit, low, high, title]) => {
    const time = key === "start" || key === "stop", size = CURRENTS.has(key) ? whole : time ? store.state.duration : 1;
    return row(store, {
      key: `stimulus.${place}.${key}`, label, unit: CURRENTS.has(key) ? cell.current_unit : unit, title, low: low * size, high: high * size, least: key === "count" ? 1 : key === "width" || key === "interval" ? 0.01 : POSITIVE.has(key) ? 0 : null, most: COUNTS.has(key) ? 500 : null,
      whole: COUNTS.has(key), value: () => store.state.stimuli[place]?.[key] ?? 0,
      set: (v) => store.change((s) => {
        const t = s.stimuli[place];
        t[key] = v;
        if (key === "start" && t.stop !== undefined && t.stop <= v) t.stop = v + 0.1;
        if (key === "stop" && t.start >= v) t.start = Math.max(0, v - 0.1);
        if (key === "width" && t.interval < v) t.interval = v;
        if (key === "interval" && t.width > v) t.width = v;
      }),
    });
  });
  return el("div", { class: "card" }, el("h3", {}, choose, remove), ...rows);
}
