// V over place (across) and time (upwards) as a picture in colours.
import { el, show } from "./dom";
import { colour, dark, mix } from "./theme";
import type { Answer } from "./types";
import { ticks } from "./xy";

const LEFT = 46, RIGHT = 10, TOP = 8, BOTTOM = 34, HEIGHT = 300;
const LIGHT = ["#f3efe6", "#c9a6c9", "#a8378f", "#e8743b", "#ffe9a8"], DARK = ["#171a20", "#3a2a55", "#8a2f86", "#e0693f", "#ffe2a0"];

/** The colour of a potential: from rest, which is nearly the paper, to the peak. */
export function tint(v: number): string {
  const scale = dark() ? DARK : LIGHT, at = Math.min(0.9999, Math.max(0, (v + 80) / 125)) * (scale.length - 1), i = Math.floor(at);
  return mix(scale[i], scale[i + 1], at - i);
}

export class HeatMap {
  readonly canvas = el("canvas", { role: "img", "aria-label": "membrane potential over place and time" });
  private image: { answer: Answer; dark: boolean; canvas: HTMLCanvasElement } | null = null;
  private width = 0;
  private last: [Answer, number, number[]] | null = null;
  ontime: (t: number) => void = () => {};

  constructor(readonly host: HTMLElement) {
    this.canvas.style.height = `${HEIGHT}px`;
    this.canvas.style.touchAction = "none";
    host.append(this.canvas);
    new ResizeObserver(() => { this.width = host.clientWidth; this.canvas.width = this.width * devicePixelRatio; this.canvas.height = HEIGHT * devicePixelRatio; if (this.last) this.draw(...this.last); }).observe(host);
    const to = (e: PointerEvent) => { if (this.last && e.buttons) this.ontime(Math.min(this.last[0].duration, Math.max(0, this.last[0].duration * (1 - (e.offsetY - TOP) / (HEIGHT - TOP - BOTTOM))))); };
    this.canvas.addEventListener("pointerdown", to);
    this.canvas.addEventListener("pointermove", to);
  }

  private picture(a: Answer): HTMLCanvasElement {
    if (this.image?.answer === a && this.image.dark === dark()) return this.image.canvas;
    const canvas = el("canvas", { width: a.places, height: a.moments }), c = canvas.getContext("2d")!, image = c.createImageData(a.places, a.moments), table: number[][] = [];
    for (let i = 0; i < 256; i++) { const hex = tint(-80 + 125 * i / 255); table.push([1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16))); }
    for (let k = 0; k < a.moments; k++) for (let i = 0; i < a.places; i++) {
      const rgb = table[Math.max(0, Math.min(255, Math.round(255 * (a.data.V[k * a.places + i] + 80) / 125))) || 0], at = 4 * ((a.moments - 1 - k) * a.places + i);
      image.data[at] = rgb[0]; image.data[at + 1] = rgb[1]; image.data[at + 2] = rgb[2]; image.data[at + 3] = 255;
    }
    c.putImageData(image, 0, 0);
    this.image = { answer: a, dark: dark(), canvas };
    return canvas;
  }

  draw(a: Answer, time: number, marks: number[]): void {
    this.last = [a, time, marks];
    if (!this.width) return;
    const c = this.canvas.getContext("2d")!, w = this.width - LEFT - RIGHT, h = HEIGHT - TOP - BOTTOM;
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    c.clearRect(0, 0, this.width, HEIGHT);
    c.imageSmoothingEnabled = true;
    c.drawImage(this.picture(a), LEFT, TOP, w, h);
    c.font = "11px system-ui, sans-serif";
    c.fillStyle = colour("--quiet");
    c.textAlign = "center";
    const X = (x: number) => LEFT + w * x / a.length, Y = (t: number) => TOP + h * (1 - t / a.duration);
    for (const t of ticks([0, a.length], false, w / 60)) c.fillText(show(t), X(t), TOP + h + 14);
    c.textAlign = "right";
    for (const t of ticks([0, a.duration], false, h / 40)) c.fillText(show(t), LEFT - 6, Y(t) + 4);
    c.fillText("mm", LEFT + w, HEIGHT - 5);
    c.textAlign = "left";
    c.fillText("ms", 4, TOP + 10);
    marks.forEach((x, i) => {
      c.strokeStyle = colour(`--mark-${i % 3 + 1}`);
      c.lineWidth = 1.5;
      c.setLineDash([4, 3]);
      c.beginPath(); c.moveTo(X(x), TOP); c.lineTo(X(x), TOP + h); c.stroke();
    });
    c.setLineDash([]);
    c.strokeStyle = colour("--ink");
    c.beginPath(); c.moveTo(LEFT, Y(time)); c.lineTo(LEFT + w, Y(time)); c.stroke();
  }
}
