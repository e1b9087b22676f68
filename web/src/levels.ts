// Dashed lines in the potential where the current of each channel reverses, with their names.
import type uPlot from "uplot";
import { shown } from "./theme";

export interface Level { value: number; label: string; hex: string }

export function levels(u: uPlot, all: Level[]): void {
  const c = u.ctx, { left, top, width, height } = u.bbox, dpr = devicePixelRatio;
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  c.font = `${11 * dpr}px system-ui, sans-serif`;
  c.textAlign = "right";
  for (const level of all) {
    const y = u.valToPos(level.value, "y", true);
    if (!(y >= top && y <= top + height)) continue;
    c.strokeStyle = c.fillStyle = shown(level.hex);
    c.globalAlpha = 0.55;
    c.lineWidth = dpr;
    c.setLineDash([2 * dpr, 4 * dpr]);
    c.beginPath(); c.moveTo(left, y); c.lineTo(left + width, y); c.stroke();
    c.globalAlpha = 0.95;
    c.fillText(level.label, left + width - 3 * dpr, y - 3 * dpr < top + 10 * dpr ? y + 12 * dpr : y - 3 * dpr);
  }
  c.restore();
}
