// What a view of the laboratory is: something other than the scope, with controls of its own beside those of the membrane.
import { el } from "./dom";
import { saver } from "./picture";
import type { Store } from "./state";
import type { Answer, Cell } from "./types";
import { XY } from "./xy";

export interface View {
  readonly title: string;
  readonly kinds: string[]; // of questions
  readonly root: HTMLElement;
  build(cell: Cell): void;
  controls(cell: Cell): HTMLElement;
  ask(cell: Cell): void;
  fail(kind: string, text: string): void;
  leave(): void;
  python(cell: Cell): string; // what does the same, after the lines that make the cell
  run?: Answer;
}

/** A card with a title, a plot or something else, and a line below. */
export class Card {
  readonly root: HTMLElement;
  readonly head: HTMLElement;
  readonly body = el("div", { class: "body" });
  readonly foot = el("div", { class: "foot" });

  constructor(title: string, hint = "", wide = false) {
    this.head = el("h3", { title: hint }, title);
    this.head.append(saver(title, () => this.body));
    this.root = el("article", { class: `companion${wide ? " wide" : ""}`, "aria-label": title }, this.head, this.body, this.foot);
  }

  plot(name: string, height: number): XY { return new XY(this.body, name, height); }
}

/** Change a part of the state that belongs to a view. */
export function setter<T extends object>(store: Store, part: (s: Store["state"]) => T) {
  return <K extends keyof T>(key: K) => ({ value: () => part(store.state)[key] as number, set: (v: number) => store.change((s) => { (part(s) as any)[key] = v; }) });
}
