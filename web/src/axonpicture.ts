// The fibre as it is drawn: a tube that takes the colour of V, its sheath and nodes, V above it as a wave, electrodes to drag.
import { el, show } from "./dom";
import { tint } from "./heat";
import type { Store } from "./state";
import { colour, dark } from "./theme";
import type { Answer, Cell } from "./types";

const HEIGHT = 236, LEFT = 46, RIGHT = 18, WAVE = 22, BASE = 132, AXIS = 182; // px
const LOW = -95, HIGH = 60; // mV

export class FibreDrawing {
  readonly canvas = el("canvas", { role: "img", "aria-label": "the fibre, with V along it" });
  private pins: HTMLElement[] = [];
  private width = 0;
  private last: [Answer, number] | null = null;
  onmark: () => void = () => {};
  onmoved: () => void = () => {};

  constructor(readonly host: HTMLElement, private store: Store, _cell: Cell) {
    const frame = el("div", { class: "fibre" }, this.canvas);
    this.canvas.style.height = `${HEIGHT}px`;
    host.append(frame);
    const a = () => store.state.axon;
    this.pins.push(this.pin(frame, "stimulating electrode", "stim", () => a().stim, (x) => { a().stim = x; this.onmoved(); }));
    a().marks.forEach((_, i) => this.pins.push(this.pin(frame, `recording electrode ${i + 1}`, `mark mark-${i + 1}`, () => a().marks[i], (x) => { a().marks[i] = x; this.onmark(); })));
    new ResizeObserver(() => { this.width = frame.clientWidth; this.canvas.width = this.width * devicePixelRatio; this.canvas.height = HEIGHT * devicePixelRatio; this.draw(); }).observe(frame);
  }

  private pin(frame: HTMLElement, title: string, cls: string, value: () => number, set: (x: number) => void): HTMLElement {
    const pin = el("div", { class: `pin ${cls}`, role: "slider", tabindex: "0", title: `${title}: drag`, "aria-label": `${title}, mm`, "aria-valuemin": "0" });
    const put = (x: number) => { set(+Math.min(this.store.state.axon.length, Math.max(0, x)).toPrecision(4)); this.place(); };
    (pin as any).value = value;
    pin.addEventListener("pointerdown", (e) => {
      pin.setPointerCapture(e.pointerId);
      const move = (m: PointerEvent) => put(this.store.state.axon.length * (m.clientX - frame.getBoundingClientRect().left - LEFT) / (this.width - LEFT - RIGHT));
      pin.addEventListener("pointermove", move);
      pin.addEventListener("pointerup", () => { pin.removeEventListener("pointermove", move); this.store.commit(); }, { once: true });
    });
    pin.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
      e.preventDefault();
      e.stopPropagation();
      put(value() + (e.key === "ArrowLeft" ? -1 : 1) * this.store.state.axon.length * (e.shiftKey ? 0.05 : 0.005));
      this.store.commit();
    });
    frame.append(pin);
    return pin;
  }

  private X(x: number): number { return LEFT + (this.width - LEFT - RIGHT) * x / (this.last?.[0].length ?? this.store.state.axon.length); }

  private place(): void {
    for (const pin of this.pins) {
      const x = (pin as any).value() as number;
      pin.style.left = `${this.X(x)}px`;
      pin.setAttribute("aria-valuenow", String(x));
      pin.setAttribute("aria-valuemax", String(this.store.state.axon.length));
      pin.setAttribute("aria-valuetext", `${show(x, 3)} mm`);
    }
  }

  draw(answer?: Answer, time?: number): void {
    if (answer) this.last = [answer, time!];
    if (!this.last || !this.width) return;
    const [a, t] = this.last, n = a.places as number, c = this.canvas.getContext("2d")!, k = Math.min(a.moments - 1, Math.round(t / a.duration * (a.moments - 1)));
    const v = a.data.V.subarray(k * n, (k + 1) * n), Y = (mv: number) => WAVE + (BASE - WAVE) * (HIGH - mv) / (HIGH - LOW);
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    c.clearRect(0, 0, this.width, HEIGHT);
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "right";
    c.lineWidth = 1;
    for (const mv of [-80, -40, 0, 40]) {
      c.strokeStyle = colour("--hair");
      c.beginPath(); c.moveTo(LEFT, Y(mv)); c.lineTo(this.width - RIGHT, Y(mv)); c.stroke();
      c.fillStyle = colour("--quiet");
      c.fillText(show(mv), LEFT - 6, Y(mv) + 4);
    }
    c.fillText("mV", LEFT - 6, WAVE - 8);
    this.tube(c, a, v);
    c.strokeStyle = colour("--ink");
    c.lineWidth = 2;
    c.lineJoin = "round";
    c.beginPath();
    for (let i = 0; i < n; i++) { const x = this.X(a.data.x[i]), y = Y(v[i]); if (i) c.lineTo(x, y); else c.moveTo(x, y); }
    c.stroke();
    c.textAlign = "center";
    c.fillStyle = colour("--quiet");
    for (let i = 0; i <= 5; i++) c.fillText(`${show(a.length * i / 5, 3)}${i === 5 ? " mm" : ""}`, Math.min(this.width - RIGHT - 8, this.X(a.length * i / 5)), HEIGHT - 4);
    this.place();
  }

  private tube(c: CanvasRenderingContext2D, a: Answer, v: Float32Array): void {
    const n = a.places as number, half = 15, nodes = a.nodes as number[], from = this.X(0), to = this.X(a.length);
    const gradient = c.createLinearGradient(from, 0, to, 0);
    for (let i = 0; i < n; i += 2) gradient.addColorStop(i / (n - 1), tint(v[i]));
    c.save();
    c.beginPath();
    c.roundRect(from - 6, AXIS - half, to - from + 12, 2 * half, half);
    c.fillStyle = gradient;
    c.fill();
    const gloss = c.createLinearGradient(0, AXIS - half, 0, AXIS + half);
    for (const [at, tone] of [[0, "rgb(255 255 255 / 5%)"], [0.3, `rgb(255 255 255 / ${dark() ? 14 : 38}%)`], [0.55, "rgb(255 255 255 / 0%)"], [1, "rgb(0 0 0 / 18%)"]] as const) gloss.addColorStop(at, tone);
    c.fillStyle = gloss;
    c.fill();
    c.strokeStyle = colour("--quiet");
    c.lineWidth = 1.2;
    c.stroke();
    c.restore();
    for (let i = 0; i + 1 < nodes.length; i++) { // a sheath over each internode; between two of them the node
      const gap = Math.min(3, 0.12 * (this.X(nodes[1]) - this.X(nodes[0]))), x0 = this.X(nodes[i]) + gap, x1 = this.X(nodes[i + 1]) - gap;
      for (const side of [-1, 1]) {
        c.beginPath();
        c.roundRect(x0, side < 0 ? AXIS - half - 7 : AXIS + half - 5, x1 - x0, 12, 5);
        c.fillStyle = colour("--sheath");
        c.fill();
        c.strokeStyle = colour("--edge");
        c.lineWidth = 1;
        c.stroke();
      }
    }
  }
}
