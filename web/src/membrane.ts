// The membrane as a picture: a lipid bilayer with channels, as many of them open as the gates say, and ions that flow.
import { show } from "./dom";
import { shown } from "./theme";
import type { Answer, Cell, Channel } from "./types";

const WIDE = 330, TALL = 236, TOP = 92, BOTTOM = 134, PORES = 7, MOST = 6, IONS = 6;
const NS = "http://www.w3.org/2000/svg";

function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>, ...children: SVGElement[]): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NS, tag);
  for (const [k, v] of Object.entries(attributes)) made.setAttribute(k, String(v));
  made.append(...children);
  return made;
}

/** One half of a channel: straight towards the lipids, towards the pore with a vestibule at either end and a gate between. */
function wall(x: number, wide: number): string {
  const top = TOP - 8, bottom = BOTTOM + 8, middle = (top + bottom) / 2, out = x + wide, lip = x + 0.32 * wide, corner = x + 0.62 * wide;
  return `M${out} ${top + 4}Q${out} ${top} ${corner} ${top}Q${lip} ${top} ${lip} ${top + 5}Q${x + 0.5 * wide} ${middle - 12} ${x + 0.06 * wide} ${middle}Q${x + 0.5 * wide} ${middle + 12} ${lip} ${bottom - 5}Q${lip} ${bottom} ${corner} ${bottom}Q${out} ${bottom} ${out} ${bottom - 4}Z`;
}

interface Site { x: number; left: SVGElement; right: SVGElement; ball: SVGElement; open: boolean; order: number; other: number }
interface Kind { channel: Channel; sites: Site[]; ions: { dot: SVGElement; phase: number; site: number }[]; arrow: SVGPathElement; amount: SVGTextElement; part: SVGTextElement; speed: number; middle: number; inactivating: string[] }

export class MembranePicture {
  private root: SVGSVGElement;
  private kinds: Kind[] = [];
  private charges: { above: SVGElement; below: SVGElement; place: number }[] = [];
  private potential: SVGTextElement;
  private foot: HTMLElement;
  private last = 0;
  private still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  steps = 0; // of the animation, for tests

  constructor(host: HTMLElement, private cell: Cell, foot: HTMLElement) {
    this.foot = foot;
    this.root = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, class: "membrane", role: "img", "aria-label": "the membrane, with its channels and the ions that flow" });
    this.root.append(svg("rect", { x: 0, y: 0, width: WIDE, height: TOP + 8, class: "outside" }), svg("rect", { x: 0, y: BOTTOM - 8, width: WIDE, height: TALL - BOTTOM + 8, class: "within" }));
    this.root.append(this.word("outside", 7, 50, "start", "place"), this.word("inside", 7, BOTTOM + 46, "start", "place"));
    this.potential = this.word("", WIDE - 8, TALL - 7, "end", "volt");
    this.lipids();
    const channels = cell.channels.slice(0, MOST), zone = WIDE / Math.max(1, channels.length);
    channels.forEach((c, i) => this.kinds.push(this.kind(c, i * zone, zone)));
    this.root.append(this.potential);
    host.append(this.root);
    if (!this.still) requestAnimationFrame((t) => this.animate(t));
  }

  private word(text: string, x: number, y: number, anchor: string, cls: string): SVGTextElement {
    const made = svg("text", { x, y, "text-anchor": anchor, class: cls });
    made.textContent = text;
    return made;
  }

  private lipids(): void {
    const gap = 8.25, tails: string[] = [], heads: SVGElement[] = [];
    for (let x = gap / 2; x < WIDE; x += gap) {
      tails.push(`M${x - 1.6} ${TOP + 3}q-1 8 0 15M${x + 1.6} ${TOP + 3}q1 8 0 15M${x - 1.6} ${BOTTOM - 3}q-1 -8 0 -15M${x + 1.6} ${BOTTOM - 3}q1 -8 0 -15`);
      heads.push(svg("circle", { cx: x, cy: TOP, r: 3.5 }), svg("circle", { cx: x, cy: BOTTOM, r: 3.5 }));
    }
    this.root.append(svg("path", { d: tails.join(""), class: "tails" }), svg("g", { class: "heads" }, ...heads));
    for (let i = 0; i < 22; i++) {
      const x = WIDE * (i + 0.5) / 22, above = this.word("+", x, TOP - 10, "middle", "charge"), below = this.word("−", x, BOTTOM + 18, "middle", "charge");
      this.charges.push({ above, below, place: (i * 13) % 22 });
      this.root.append(above, below);
    }
  }

  private kind(channel: Channel, from: number, zone: number): Kind {
    const hue = shown(channel.colour), count = channel.gates.length ? PORES : 3, room = Math.min(15, (zone - 10) / PORES), middle = from + zone / 2;
    const start = middle - room * (count - 1) / 2, sites: Site[] = [], wide = Math.min(5.4, room * 0.37);
    const group = svg("g", { fill: hue });
    for (let i = 0; i < count; i++) {
      const x = start + i * room;
      const half = (side: number) => svg("path", { d: wall(x, side * wide), class: "pore" });
      const left = half(-1), right = half(1), ball = svg("circle", { cx: x, cy: BOTTOM + 8, r: wide * 0.8, class: "ball" });
      group.append(left, right, ball);
      // Which are open first, and which shut first, in orders that have nothing to do with one another.
      sites.push({ x, left, right, ball, open: false, order: ((i * 7 + 3) % count + 0.5) / count, other: ((i * 3 + 1) % count + 0.5) / count });
    }
    const ions = Array.from({ length: IONS }, (_, i) => ({ dot: svg("circle", { r: 2.6, fill: hue, class: "ion", visibility: "hidden" }), phase: i / IONS, site: i }));
    const arrow = svg("path", { fill: hue, class: "arrow" }), amount = this.word("", middle, TALL - 24, "middle", "amount"), part = this.word("", middle, 30, "middle", "amount");
    const name = this.word(channel.name, middle, 16, "middle", "who");
    name.setAttribute("fill", hue);
    this.root.append(group, ...ions.map((i) => i.dot), arrow, name, part, amount);
    return { channel, sites, ions, arrow, amount, part, speed: 0, middle, inactivating: [] };
  }

  /** What closes when V rises, as the curves of the gates say. */
  learn(curves: Answer): void {
    for (const k of this.kinds) k.inactivating = k.channel.gates.filter((g) => { const inf = curves.data[`${g}.inf`]; return inf && inf[0] > inf[inf.length - 1]; });
  }

  update(run: Answer, at: number): void {
    const v = run.data.V?.[at];
    if (v === undefined || !Number.isFinite(v)) return;
    for (const k of this.kinds) {
      const value = (path: string) => run.data[path]?.[at] ?? NaN, current = value(`${k.channel.name}.I`), g = value(`${k.channel.name}.conductance`);
      const falling = k.inactivating.length ? k.inactivating : k.channel.gates.filter((x) => /\.h\w*$/.test(x));
      const free = falling.reduce((product, x) => product * value(x), 1), full = this.fraction(k.channel, g, run, at), active = falling.length && free > 1e-6 && Number.isFinite(full) ? Math.min(1, full / free) : full;
      for (const s of k.sites) {
        const activated = !k.channel.gates.length || s.order < active, shut = falling.length > 0 && s.other > free;
        s.open = activated && !shut && this.unblocked(k.channel, s);
        const spread = activated ? 1.5 : 0;
        s.left.setAttribute("transform", `translate(${-spread} 0)`);
        s.right.setAttribute("transform", `translate(${spread} 0)`);
        s.left.classList.toggle("open", s.open);
        s.right.classList.toggle("open", s.open);
        s.ball.setAttribute("visibility", falling.length ? "visible" : "hidden");
        s.ball.setAttribute("transform", shut ? "translate(0 -9)" : `translate(${falling.length ? 3.4 : 0} 3)`);
      }
      k.speed = Number.isFinite(current) ? Math.sign(current) * Math.log1p(Math.abs(current)) / Math.log1p(1000) : 0;
      this.point(k, current);
      k.amount.textContent = Number.isFinite(current) ? `${current > 0 ? "+" : ""}${show(current, 3)}` : "";
      k.part.textContent = k.channel.gates.length && Number.isFinite(full) ? full > 0 && full < 5e-4 ? "< 0.1 % open" : `${show(100 * full, 2)} % open` : "";
    }
    const share = Math.min(1, Math.abs(v) / 80);
    for (const c of this.charges) {
      const there = c.place < 22 * share;
      c.above.textContent = !there ? "" : v < 0 ? "+" : "−";
      c.below.textContent = !there ? "" : v < 0 ? "−" : "+";
    }
    this.potential.textContent = `${show(v, 3)} mV`;
    this.foot.textContent = `arrows and numbers: current, ${this.cell.membrane_current_unit}, outward positive`;
    if (this.still) for (const k of this.kinds) this.place(k, 0);
  }

  /** Which part of the channels conducts. */
  private fraction(channel: Channel, g: number, run: Answer, at: number): number {
    const most = this.most[channel.name];
    if (most > 0 && Number.isFinite(g)) return Math.min(1, Math.max(0, g / most));
    return most === 0 ? 0 : channel.gates.reduce((product, x) => product * (run.data[x]?.[at] ?? 1), 1);
  }
  /** The largest conductance of each channel that there can be: g, less what is blocked. */
  most: Record<string, number> = {};
  blocked: Record<string, number> = {};
  private unblocked(channel: Channel, s: Site): boolean { return s.other >= (this.blocked[channel.name] ?? 0) - 1e-9; }

  /** An arrow for the current, up where it is outward. */
  private point(k: Kind, current: number): void {
    const size = Number.isFinite(current) ? 38 * Math.min(1, Math.log1p(Math.abs(current)) / Math.log1p(1500)) : 0;
    if (size < 1.5) { k.arrow.setAttribute("d", ""); return; }
    const up = current > 0, tip = up ? TOP - 16 - size : BOTTOM + 22 + size, base = up ? TOP - 16 : BOTTOM + 22, head = Math.min(9, 0.6 * size), turn = up ? 1 : -1, neck = tip + turn * head, w = 2 + size / 14;
    k.arrow.setAttribute("d", `M${k.middle - w} ${base}V${neck}H${k.middle - w - 4}L${k.middle} ${tip}L${k.middle + w + 4} ${neck}H${k.middle + w}V${base}Z`);
  }

  private place(k: Kind, by: number): void {
    const open = k.sites.filter((s) => s.open);
    for (const ion of k.ions) {
      ion.phase += by * k.speed;
      if (ion.phase > 1 || ion.phase < 0) { ion.phase -= Math.floor(ion.phase); ion.site += 1; }
      if (!open.length || Math.abs(k.speed) < 0.01) { ion.dot.setAttribute("visibility", "hidden"); continue; }
      const y = BOTTOM + 34 - ion.phase * (BOTTOM - TOP + 68);
      ion.dot.setAttribute("visibility", "visible");
      ion.dot.setAttribute("cx", open[ion.site % open.length].x.toFixed(1));
      ion.dot.setAttribute("cy", y.toFixed(1));
    }
  }

  private animate(now: number): void {
    if (!this.root.isConnected) return;
    const passed = Math.min(0.1, (now - this.last) / 1000);
    if (passed > 0.03) {
      this.last = now;
      this.steps++;
      for (const k of this.kinds) this.place(k, passed * 0.9);
    }
    requestAnimationFrame((t) => this.animate(t));
  }

}
