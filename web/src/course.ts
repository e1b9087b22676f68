// What a lesson is, as the server sends it; what of the page it may use; how far somebody has come, as the address keeps it.
import type { Link } from "./link";
import type { Scope } from "./scope";
import type { Store } from "./state";
import type { Cell, Preparation, Stimulus } from "./types";

export interface Setup { preparation: Partial<Preparation> & { cell: string }; stimuli: Stimulus[]; duration: number }
export interface Check { measure: string; of: string; hint: string; label: string; at_least: number | null; record: string[]; log: string[] }
export interface Question { html: string; unit: string; numbers: Record<string, number>; setup: Setup | null }
export interface KnobOf { value: number; low: number; high: number; unit: string; text: string; whole: boolean }
export interface Apparatus { name: string; title: string; knobs: Record<string, KnobOf> }
export interface Step { phase: string; title: string; html: string; checks: Check[]; question: Question | null; setup: Setup | null; apparatus: Apparatus | null; side: string; after: string }
export interface Lesson { name: string; title: string; goal: string; minutes: number; sources: string[]; setup: Setup; steps: Step[] }

/** The page around a lesson. */
export interface Bench { store: Store; link: Link; scope: Scope; cell: Cell | null; threshold: number | null; lay(setup: Setup): void; turn(tab: string): void }

export interface Given { value: number; right: boolean; tries: number; shown?: number }
export interface Course {
  name: string;
  seed: number;
  step: number; // -1 is the goal
  done: number[];
  predicted: Record<number, number>;
  points: Record<number, [number, number][]>;
  answers: Record<number, Given>;
  knobs: Record<string, number>;
}
export interface Kept { finished: string[]; course?: Course }

/** What the address says of lessons; what has another shape than it should is left out. */
export function known(aside: Record<string, unknown>): { finished: string[]; course: Course | null } {
  const kept = (aside.lesson ?? {}) as Partial<Kept>;
  const finished = Array.isArray(kept.finished) ? kept.finished.filter((x) => typeof x === "string") : [];
  const c = kept.course, table = (x: unknown) => typeof x === "object" && x !== null && !Array.isArray(x);
  const sound = table(c) && typeof c!.name === "string" && Number.isInteger(c!.seed) && Number.isInteger(c!.step) && Array.isArray(c!.done)
    && table(c!.predicted) && table(c!.points) && table(c!.answers) && table(c!.knobs);
  return { finished, course: sound ? { ...c!, step: Math.max(-1, c!.step) } : null };
}
