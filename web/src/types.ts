// What page and server say to each other; the Python side is messages.py.

export interface Preparation {
  cell: string;
  toml: string;
  add: string[];
  remove: string[];
  set: Record<string, number>;
  block: Record<string, number>;
  freeze: string[];
  slow: Record<string, number>;
  instant: string[];
}

export type Stimulus = { type: string; times?: number[]; values?: number[] } & Record<string, any>;

export interface State {
  preparation: Preparation;
  stimuli: Stimulus[];
  duration: number;
  y: string; // beside V in the phase plane
  open: string[]; // panels that are shown
  view: string; // "" is the scope
  poke: { amplitude: number; width: number; hold: number; speed: number }; // of the scope that runs; ms of the model in a second
  ions: Record<string, [number, number]>; // mM outside and inside, of channels whose reversal potential follows from them
  clamp: { hold: number; low: number; high: number; step: number; duration: number; pulse: number; pulses: number; noise: number };
  axon: { length: number; diameter: number; Ra: number; duration: number; myelin: boolean; nodes: number; strength: number; both: boolean; delay: number; stim: number; marks: number[] };
}

export interface Parameter {
  path: string;
  name: string;
  channel: string;
  value: number;
  unit: string;
  low: number;
  high: number;
  least: number | null;
  most: number | null;
  description: string;
  main: boolean;
}

export interface Channel {
  name: string;
  colour: string;
  source: string;
  gates: string[];
  instant: string[];
  blockable: boolean;
}

export interface Cell {
  name: string;
  source: string;
  preparation: string;
  description: string;
  validity: string;
  current_unit: string;
  membrane_current_unit: string;
  conductance_unit: string;
  parameters: Parameter[];
  channels: Channel[];
  states: string[];
  equations: string[];
  symbols: Record<string, string>;
  cells: string[];
  library: string[];
}

export interface Answer {
  id: number;
  kind: string;
  arrays: [string, number][];
  data: Record<string, Float32Array>;
  [key: string]: any;
}
