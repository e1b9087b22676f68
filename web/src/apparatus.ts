// What stands beside the scope in some lessons: knobs, a picture, readings; computed by the server.
import { row } from "./row";
import { el, show } from "./dom";
import { colour, shown } from "./theme";
import { XY, type Curve } from "./xy";
import type { Apparatus, Bench } from "./course";
import type { Answer } from "./types";

const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

export class ApparatusCard {
  readonly root: HTMLElement;
  answer: Answer | null = null;
  private plot: XY;
  private foot = el("p", { class: "readings" });
  private keys = el("div", { class: "keys" });
  private asked = "";

  constructor(private what: Apparatus, private knobs: Record<string, number>, private lab: Bench, changed: () => void) {
    const rows = Object.entries(what.knobs).map(([name, k]) => row(lab.store, {
      key: `knob.${name}`, label: k.text, unit: k.unit, title: k.text, low: k.low, high: k.high, least: k.low, most: k.high, whole: k.whole, home: k.value,
      value: () => this.knob(name), set: (v) => { this.knobs[name] = v; changed(); },
    }));
    const body = el("div", { class: "body" });
    this.plot = new XY(body, what.title, 170);
    this.root = el("article", { class: "apparatus", "aria-label": what.title }, el("h3", {}, what.title), ...rows, this.keys, body, this.foot);
  }

  knob(name: string): number { return this.knobs[name] ?? this.what.knobs[name]?.value; }
  reading(name: string): number | null { return this.answer?.readings.find((r: [string, number | null]) => r[0] === name)?.[1] ?? null; }

  ask(body: { step: number; bench: object }): void {
    const { preparation, knobs } = body.bench as { preparation: object; knobs: object };
    const now = JSON.stringify([preparation, knobs]);
    if (now === this.asked) return;
    this.asked = now;
    this.root.classList.add("waiting");
    this.lab.link.ask("apparatus", body, (a) => { this.answer = a; this.draw(a); });
  }

  fail(text: string): void { this.root.classList.remove("waiting"); this.foot.textContent = text; }

  private draw(a: Answer): void {
    this.root.classList.remove("waiting");
    const hue = (name: string) => this.lab.cell?.channels.find((c) => c.name === name)?.colour;
    let firm = 0, faint = 0;
    const curves: Curve[] = a.curves.map((c: { name: string; channel: string; faint: boolean }, i: number) => {
      const own = c.channel ? hue(c.channel) : undefined;
      return { x: a.data[`x${i}`], y: a.data[`y${i}`], label: c.name, colour: own ? shown(own) : colour(c.faint ? "--ghost" : "--ink"), dash: own ? [] : DASHES[(c.faint ? faint++ : firm++) % 4], width: 1.8 };
    });
    this.keys.replaceChildren(...curves.map((c) => el("span", {}, el("i", { style: `border-top:2.5px ${c.dash?.length ? (c.dash[0] < 3 ? "dotted" : "dashed") : "solid"} ${c.colour}` }), c.label ?? "")));
    this.plot.set({ x: { label: a.x }, y: { label: a.y }, curves });
    this.foot.replaceChildren(...a.readings.flatMap(([name, value, unit]: [string, number | null, string]) => [el("span", {}, `${name.replace(/[._]/g, " ")} `, el("b", {}, show(value, 4)), ` ${unit}`), " "]));
  }
}
