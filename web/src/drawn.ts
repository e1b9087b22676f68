// A current drawn by hand, or read from a file: a strip that one draws on.
import { el, show } from "./dom";
import { nice } from "./xy";
import { colour } from "./theme";
import type { Store } from "./state";

const POINTS = 161, HEIGHT = 110, EDGE = 6;

/** An even waveform over the run, to be drawn on. */
export function blank(duration: number): { type: string; times: number[]; values: number[] } {
  return { type: "waveform", times: Array.from({ length: POINTS }, (_, i) => +(duration * i / (POINTS - 1)).toPrecision(7)), values: new Array(POINTS).fill(0) };
}

/** Rows of two numbers, ms and current, whatever stands between them; words above are passed over. */
export function parsed(text: string): { times: number[]; values: number[] } {
  const rows = text.split(/\r?\n/).map((l) => l.trim()).filter((l) => l && !l.startsWith("#")).map((l) => l.split(/[,;\t ]+/).map(Number));
  const good = rows.filter((r) => r.length >= 2 && Number.isFinite(r[0]) && Number.isFinite(r[1]));
  if (rows.length - good.length > 1) throw new Error("two columns of numbers are needed, ms and current; a line of names may stand above them");
  if (good.length < 2 || good.length > 20_000) throw new Error(`${good.length} rows of two numbers, ms and current; give 2 to 20000`);
  if (good.some((r, i) => i > 0 && !(r[0] > good[i - 1][0]))) throw new Error("the times in the first column must rise");
  if (good[0][0] < 0 || good[good.length - 1][0] > 5000) throw new Error("times go from 0 to at most 5000 ms");
  return { times: good.map((r) => r[0]), values: good.map((r) => r[1]) };
}

/** The strip: draw with the mouse or a finger; with the keyboard, arrows move a point and change it. */
export function strip(store: Store, place: number, unit: string, size: number): HTMLElement {
  const canvas = el("canvas", { tabindex: "0", role: "slider", class: "strip", "aria-label": "the current, drawn by hand: left and right choose a moment, up and down change it", "aria-valuemin": "-1000000", "aria-valuemax": "1000000", "aria-valuenow": "0" });
  canvas.style.height = `${HEIGHT}px`;
  const wave = () => store.state.stimuli[place] as unknown as { times: number[]; values: number[] };
  let at = 0, last: [number, number] | null = null, fixed: [number, number] | null = null;
  const range = (): [number, number] => {
    if (fixed) return fixed;
    const values = wave().values, [low, high] = nice(Math.min(-5 * size, ...few(values, Math.min)), Math.max(20 * size, ...few(values, Math.max)));
    return [low, high];
  };
  const paint = () => {
    const w = canvas.clientWidth, c = canvas.getContext("2d")!;
    if (!w || !wave()?.values) return;
    canvas.width = w * devicePixelRatio;
    canvas.height = HEIGHT * devicePixelRatio;
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const { times, values } = wave(), [low, high] = range(), end = times[times.length - 1];
    const X = (t: number) => EDGE + (w - 2 * EDGE) * t / end, Y = (v: number) => EDGE + (HEIGHT - 2 * EDGE) * (high - v) / (high - low);
    c.strokeStyle = colour("--edge");
    c.beginPath(); c.moveTo(EDGE, Y(0)); c.lineTo(w - EDGE, Y(0)); c.stroke();
    c.strokeStyle = colour("--accent");
    c.lineWidth = 2;
    c.lineJoin = "round";
    c.beginPath();
    times.forEach((t, i) => (i ? c.lineTo(X(t), Y(values[i])) : c.moveTo(X(t), Y(values[i]))));
    c.stroke();
    c.fillStyle = colour("--quiet");
    c.font = "11px system-ui, sans-serif";
    c.fillText(`${show(high, 3)} ${unit}`, EDGE + 2, EDGE + 10);
    c.fillText(show(low, 3), EDGE + 2, HEIGHT - EDGE - 2);
    if (document.activeElement === canvas) { c.beginPath(); c.arc(X(times[at]), Y(values[at]), 4, 0, 7); c.fillStyle = colour("--accent"); c.fill(); }
    canvas.setAttribute("aria-valuenow", String(+values[at].toPrecision(4)));
    canvas.setAttribute("aria-valuetext", `${show(values[at], 4)} ${unit} at ${show(times[at], 4)} ms`);
  };
  const put = (e: PointerEvent) => {
    const box = canvas.getBoundingClientRect(), { times, values } = wave(), [low, high] = range(), end = times[times.length - 1];
    const t = end * Math.min(1, Math.max(0, (e.clientX - box.left - EDGE) / (box.width - 2 * EDGE)));
    const v = Math.min(high, Math.max(low, high - (high - low) * (e.clientY - box.top - EDGE) / (HEIGHT - 2 * EDGE)));
    const [t0, v0] = last ?? [t, v];
    store.change(() => {
      const [a, b] = t0 < t ? [t0, t] : [t, t0], half = end / (times.length - 1) / 2;
      times.forEach((x, i) => { if (x >= a - half && x <= b + half) values[i] = +(t === t0 ? v : v0 + (v - v0) * Math.min(1, Math.max(0, (x - t0) / (t - t0)))).toPrecision(5); });
    });
    last = [t, v];
    paint();
  };
  canvas.addEventListener("pointerdown", (e) => { fixed = range(); last = null; canvas.setPointerCapture(e.pointerId); even(wave()); put(e); });
  canvas.addEventListener("pointermove", (e) => { if (fixed) put(e); });
  canvas.addEventListener("pointerup", () => { fixed = null; last = null; store.commit(); });
  canvas.addEventListener("keydown", (e) => {
    const { values } = wave(), by = (e.shiftKey ? 10 : 1) * size;
    if (e.key === "ArrowLeft" || e.key === "ArrowRight") at = Math.max(0, Math.min(values.length - 1, at + (e.key === "ArrowLeft" ? -1 : 1) * (e.shiftKey ? 10 : 1)));
    else if (e.key === "ArrowUp" || e.key === "ArrowDown") store.change(() => { values[at] += e.key === "ArrowUp" ? by : -by; });
    else return;
    e.preventDefault();
    e.stopPropagation();
    paint();
  });
  canvas.addEventListener("keyup", () => store.commit());
  for (const name of ["focus", "blur"]) canvas.addEventListener(name, paint);
  new ResizeObserver(paint).observe(canvas);
  return canvas;
}

/** A recording of many samples is thinned where one begins to draw on it. */
function even(wave: { times: number[]; values: number[] }): void {
  if (wave.times.length >= 40 && wave.times.length <= 400) return;
  const { times, values } = wave, end = times[times.length - 1], made = blank(end);
  let j = 0;
  made.times.forEach((t, i) => {
    while (j < times.length - 2 && times[j + 1] < t) j++;
    const part = (t - times[j]) / (times[j + 1] - times[j]);
    made.values[i] = t < times[0] ? 0 : +(values[j] + (values[j + 1] - values[j]) * Math.min(1, Math.max(0, part))).toPrecision(6);
  });
  wave.times = made.times;
  wave.values = made.values;
}

function few(values: number[], pick: (...v: number[]) => number): number[] {
  let found = values[0];
  for (const v of values) found = pick(found, v);
  return [found];
}
