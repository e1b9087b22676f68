// A small plot of y against x, for the companions: any curves, marks, and lines at one value.
import { el, show } from "./dom";
import { colour } from "./theme";

export interface Curve { x: ArrayLike<number>; y: ArrayLike<number>; colour: string; width?: number; dash?: number[]; label?: string; dots?: boolean }
export interface Mark { x: number; y: number; colour: string; filled: boolean; label?: string }
export interface Axis { label: string; range?: [number, number]; log?: boolean }
export interface Picture { x: Axis; y: Axis; curves: Curve[]; marks?: Mark[]; lines?: { x: number; colour: string }[] }

const LEFT = 46, RIGHT = 10, TOP = 8, BOTTOM = 34;

export class XY {
  readonly canvas = el("canvas", { role: "img" });
  private picture: Picture | null = null;
  private width = 300;
  private height = 190;
  private mouse: [number, number] | null = null;

  constructor(readonly host: HTMLElement, private name: string, height = 190) {
    this.height = height;
    this.canvas.style.height = `${height}px`;
    host.append(this.canvas);
    new ResizeObserver(() => this.fit()).observe(host);
    this.canvas.addEventListener("mousemove", (e) => { this.mouse = [e.offsetX, e.offsetY]; this.draw(); });
    this.canvas.addEventListener("mouseleave", () => { this.mouse = null; this.draw(); });
  }

  private fit(): void {
    const width = this.host.clientWidth;
    if (!width) return;
    this.width = width;
    this.canvas.width = width * devicePixelRatio;
    this.canvas.height = this.height * devicePixelRatio;
    this.draw();
  }

  set(picture: Picture): void {
    this.picture = picture;
    this.canvas.setAttribute("aria-label", `${this.name}: ${picture.y.label} against ${picture.x.label}`);
    this.draw();
  }

  get current(): Picture | null { return this.picture; }

  draw(): void {
    const p = this.picture, c = this.canvas.getContext("2d")!;
    if (!this.canvas.width) return;
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    if (!p) return;
    const xr = p.x.range ?? extent(p.curves.map((k) => k.x), p.x.log), yr = p.y.range ?? extent(p.curves.map((k) => k.y), p.y.log);
    const f = (v: number, log?: boolean) => log ? Math.log10(v) : v;
    const [x0, x1] = xr.map((v) => f(v, p.x.log)), [y0, y1] = yr.map((v) => f(v, p.y.log));
    const w = this.width - LEFT - RIGHT, h = this.height - TOP - BOTTOM;
    const X = (v: number) => LEFT + w * (f(v, p.x.log) - x0) / (x1 - x0), Y = (v: number) => TOP + h * (1 - (f(v, p.y.log) - y0) / (y1 - y0));
    c.font = "11px system-ui, sans-serif";
    c.lineWidth = 1;
    c.fillStyle = colour("--quiet");
    c.strokeStyle = colour("--hair");
    c.textAlign = "center";
    for (const t of ticks(xr, p.x.log, w / 55)) {
      c.beginPath(); c.moveTo(Math.round(X(t)) + 0.5, TOP); c.lineTo(Math.round(X(t)) + 0.5, TOP + h); c.stroke();
      c.fillText(show(t), X(t), TOP + h + 14);
    }
    c.textAlign = "right";
    for (const t of ticks(yr, p.y.log, h / 34)) {
      c.beginPath(); c.moveTo(LEFT, Math.round(Y(t)) + 0.5); c.lineTo(LEFT + w, Math.round(Y(t)) + 0.5); c.stroke();
      c.fillText(show(t), LEFT - 6, Y(t) + 4);
    }
    c.textAlign = "right";
    c.fillText(p.x.label, LEFT + w, this.height - 5);
    c.save();
    c.beginPath(); c.rect(LEFT, TOP, w, h); c.clip();
    for (const line of p.lines ?? []) {
      c.strokeStyle = line.colour; c.lineWidth = 1.5; c.setLineDash([3, 3]);
      c.beginPath(); c.moveTo(X(line.x), TOP); c.lineTo(X(line.x), TOP + h); c.stroke();
    }
    for (const k of p.curves) {
      c.strokeStyle = c.fillStyle = k.colour; c.lineWidth = k.width ?? 1.8; c.setLineDash(k.dash ?? []); c.lineJoin = "round";
      c.beginPath();
      let pen = false;
      for (let i = 0; i < k.x.length; i++) {
        const ok = Number.isFinite(k.x[i]) && Number.isFinite(k.y[i]);
        if (ok && pen) c.lineTo(X(k.x[i]), Y(k.y[i])); else if (ok) c.moveTo(X(k.x[i]), Y(k.y[i]));
        pen = ok;
      }
      if (k.width !== 0) c.stroke();
      if (k.dots) for (let i = 0; i < k.x.length; i++) if (Number.isFinite(k.y[i])) { c.beginPath(); c.arc(X(k.x[i]), Y(k.y[i]), 2.3, 0, 7); c.fill(); }
    }
    c.restore();
    c.setLineDash([]);
    for (const m of p.marks ?? []) {
      if (!(m.x >= xr[0] && m.x <= xr[1] && m.y >= yr[0] && m.y <= yr[1])) continue;
      c.beginPath(); c.arc(X(m.x), Y(m.y), 4.5, 0, 7);
      c.fillStyle = m.filled ? m.colour : colour("--card"); c.fill();
      c.strokeStyle = m.colour; c.lineWidth = 1.8; c.stroke();
    }
    if (this.mouse && this.mouse[0] > LEFT && this.mouse[0] < LEFT + w && this.mouse[1] < TOP + h) {
      const back = (v: number, log?: boolean) => log ? 10 ** v : v;
      const vx = back(x0 + (x1 - x0) * (this.mouse[0] - LEFT) / w, p.x.log), vy = back(y0 + (y1 - y0) * (1 - (this.mouse[1] - TOP) / h), p.y.log);
      c.textAlign = "left"; c.fillStyle = colour("--ink");
      c.fillText(`${show(vx, 3)} , ${show(vy, 3)}`, LEFT + 4, this.height - 5);
    }
  }
}

function extent(lists: ArrayLike<number>[], log?: boolean): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const list of lists) for (let i = 0; i < list.length; i++) { const v = list[i]; if (Number.isFinite(v) && (!log || v > 0)) { low = Math.min(low, v); high = Math.max(high, v); } }
  if (!(low < high)) return log ? [0.1, 10] : [Number.isFinite(low) ? low - 1 : 0, Number.isFinite(low) ? low + 1 : 1];
  return log ? [low, high] : nice(low, high);
}

/** A range that holds its place while numbers change a little. */
export function nice(low: number, high: number): [number, number] {
  const size = Math.max(high - low, 1e-9), unit = 10 ** Math.floor(Math.log10(size)) / 2;
  return [Math.floor(low / unit) * unit, Math.ceil(high / unit) * unit];
}

export function ticks([low, high]: [number, number], log: boolean | undefined, count: number): number[] {
  const found: number[] = [];
  if (log) {
    for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e++) for (const m of [1, 3]) { const t = m * 10 ** e; if (t >= low * 0.999 && t <= high * 1.001) found.push(t); }
    const every = Math.ceil(found.length / Math.max(2, count));
    return found.filter((_, i) => i % every === 0);
  }
  const raw = (high - low) / Math.max(2, count), unit = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw)!;
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) found.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return found;
}
