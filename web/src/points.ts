// The student's own table and plot: points taken from the bench with a press, or typed.
import { button, el, plain, read, show } from "./dom";
import { colour } from "./theme";
import { XY } from "./xy";
import type { ApparatusCard } from "./apparatus";
import type { Bench, Check } from "./course";

const MOST = 60;

export class PointsTable {
  readonly root: HTMLElement;
  private list = el("tbody");
  private plot: XY;
  private body = el("div");

  constructor(private check: Check, private points: [number, number][], private lab: Bench, private apparatus: () => ApparatusCard | null, private changed: () => void) {
    const [x, y] = this.names(), boxes = [x, y].map((name) => el("input", { type: "text", inputmode: "decimal", class: "number", "aria-label": name, autocomplete: "off" }));
    const add = () => {
      const values = boxes.map(read);
      if (values.some((v) => v === null)) return;
      this.add(values[0]!, values[1]!);
      for (const b of boxes) b.value = "";
      boxes[0].focus();
    };
    boxes[1].addEventListener("keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); add(); } });
    const take = button("take", `take ${x} and ${y} as they are on the bench now`, () => {
      const [a, b] = check.record.map((name) => this.value(name));
      if (a !== null && b !== null) this.add(a, b);
    }, "chip strong");
    take.hidden = check.record.length < 2 || check.record.some((name) => !this.measurable(name));
    const body = this.body;
    this.plot = new XY(body, "your points", 150);
    this.root = el("div", { class: "points" },
      el("div", { class: "rows" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, x), el("th", { scope: "col" }, y), el("th", {}, el("span", { class: "unseen" }, "remove")))), this.list)),
      el("div", { class: "ask" }, take, ...boxes, button("add", "add this point", add, "chip")), body);
    this.draw();
  }

  private names(): [string, string] {
    const [x, y] = this.check.record;
    return [x ? tidy(x) : "x", y ? tidy(y) : "y"];
  }

  private add(x: number, y: number): void {
    if (this.points.length >= MOST) return;
    this.points.push([+x.toPrecision(5), +y.toPrecision(5)]);
    this.draw();
    this.changed();
  }

  private draw(): void {
    this.list.replaceChildren(...this.points.map(([x, y], i) => el("tr", {}, el("td", {}, show(x)), el("td", {}, show(y)), el("td", {},
      button("×", `remove ${plain(x)}, ${plain(y)}`, () => { this.points.splice(i, 1); this.draw(); this.changed(); }, "quiet")))));
    const log = (axis: string, at: number) => this.check.log.includes(axis) && this.points.every((p) => p[at] > 0);
    this.body.hidden = !this.points.length;
    const sorted = [...this.points].sort((a, b) => a[0] - b[0]), [x, y] = this.names();
    const wide = (at: number, isLog: boolean): [number, number] | undefined => {
      const v = sorted.map((p) => p[at]);
      if (isLog && v.length) return [Math.min(...v) / 1.5, Math.max(...v) * 1.5];
      return v.length && Math.min(...v) < Math.max(...v) ? undefined : [(v[0] ?? 0) - 1, (v[0] ?? 0) + 1];
    };
    this.plot.set({ x: { label: x, log: log("x", 0), range: wide(0, log("x", 0)) }, y: { label: y, log: log("y", 1), range: wide(1, log("y", 1)) },
      curves: sorted.length ? [{ x: sorted.map((p) => p[0]), y: sorted.map((p) => p[1]), colour: colour("--accent"), dots: true, width: 1.2 }] : [] });
  }

  private measurable(name: string): boolean { return /^[A-Za-z_]\w*(\.\w+)*$/.test(name); }

  /** A number of the page, by its name in the lesson; null if there is none. */
  private value(name: string): number | null {
    const [head, ...rest] = name.split("."), tail = rest.join("."), s = this.lab.store.state, scope = this.lab.scope, stimulus = s.stimuli[0];
    const finite = (v: unknown) => typeof v === "number" && Number.isFinite(v) ? v : null;
    if (head === "stimulus") return stimulus ? finite(tail === "duration" ? stimulus.width ?? stimulus.stop - stimulus.start : stimulus[tail]) : null;
    if (head === "cursor") return scope.at === null || !scope.answer ? null : tail === "time" ? scope.at * scope.answer.every : finite(scope.answer.data[tail]?.[scope.at]);
    if (head === "knob") return finite(this.apparatus()?.knob(tail));
    if (head === "apparatus") return finite(this.apparatus()?.reading(tail));
    if (head === "block") return 100 * (s.preparation.block[tail] ?? 0);
    if (name === "threshold") return finite(this.lab.threshold);
    const parameter = this.lab.cell?.parameters.find((p) => p.path === name);
    if (parameter) return s.preparation.set[name] ?? parameter.value;
    return finite(scope.answer?.readings[name]);
  }
}

function tidy(name: string): string { return /^(stimulus|knob|apparatus|cursor)\./.test(name) ? name.slice(name.indexOf(".") + 1).replaceAll("_", " ") : name; }
