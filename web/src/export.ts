// What one takes along: pictures, numbers, the cell, the Python.
import { button, el, save } from "./dom";
import { colour } from "./theme";
import type { Scope } from "./scope";
import type { Answer, Cell } from "./types";

export function csv(answer: Answer): string {
  const names = Object.keys(answer.data), rows = [["time (ms)", ...names.map((n) => `${n} (${n === "stimulus" ? "" : answer.units[n] ?? ""})`)].join(",")];
  for (let i = 0; i < answer.samples; i++) rows.push([+(i * answer.every).toPrecision(8), ...names.map((n) => +answer.data[n][i].toPrecision(7))].join(","));
  return rows.join("\n") + "\n";
}

export function png(scope: Scope, title: string): Promise<Blob> {
  const panels = scope.panels.map((p) => ({ canvas: p.root.querySelector("canvas")!, name: `${p.name}${p.unit === "1" ? "" : ", " + p.unit}` }));
  const width = Math.max(...panels.map((p) => p.canvas.width)), dpr = devicePixelRatio, head = 34 * dpr;
  const out = el("canvas"), c = out.getContext("2d")!;
  out.width = width;
  out.height = head + panels.reduce((sum, p) => sum + p.canvas.height + 16 * dpr, 0);
  c.fillStyle = colour("--card");
  c.fillRect(0, 0, out.width, out.height);
  c.fillStyle = colour("--ink");
  c.font = `${14 * dpr}px system-ui, sans-serif`;
  c.fillText(title, 14 * dpr, 22 * dpr);
  let y = head;
  c.font = `${11 * dpr}px system-ui, sans-serif`;
  for (const p of panels) {
    c.fillText(p.name, 56 * dpr, y + 10 * dpr);
    y += 16 * dpr;
    c.drawImage(p.canvas, 0, y);
    y += p.canvas.height;
  }
  return new Promise((done) => out.toBlob((b) => done(b!)));
}

export function svg(scope: Scope, title: string): string {
  const W = 900, left = 64, right = 20, parts: string[] = [], heights = scope.panels.map((p) => (p.name === "Potential" ? 220 : p.name === "Stimulus" ? 80 : 140));
  const escape = (t: string) => t.replace(/[&<>"]/g, (m) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[m]!);
  let y = 40;
  scope.panels.forEach((panel, k) => {
    const u = panel.plot, h = heights[k], [x0, x1] = [u.scales.x.min!, u.scales.x.max!], [y0, y1] = [u.scales.y.min!, u.scales.y.max!];
    parts.push(`<text x="${left}" y="${y - 4}" font-size="11" fill="#666">${escape(panel.name)}${panel.unit === "1" ? "" : `, ${escape(panel.unit)}`}</text><rect x="${left}" y="${y}" width="${W - left - right}" height="${h}" fill="none" stroke="#ccc"/>`);
    for (const v of [y0, y1]) parts.push(`<text x="${left - 6}" y="${v === y1 ? y + 10 : y + h}" font-size="10" text-anchor="end" fill="#666">${+v.toPrecision(3)}</text>`);
    const time = u.data[0] as ArrayLike<number>;
    u.series.forEach((s, i) => {
      const d = u.data[i] as ArrayLike<number | null>;
      if (i === 0) return;
      let path = "", pen = "M";
      for (let j = 0; j < time.length; j++) {
        const v = d[j];
        if (v === null || v !== v || time[j] < x0 || time[j] > x1) { pen = "M"; continue; }
        path += `${pen}${(left + (W - left - right) * (time[j] - x0) / (x1 - x0)).toFixed(2)} ${(y + h * (1 - (v - y0) / (y1 - y0))).toFixed(2)}`;
        pen = "L";
      }
      const line = typeof s.stroke === "function" ? (s.stroke as any)(u, i) : s.stroke;
      if (path) parts.push(`<path d="${path}" fill="none" stroke="${line}" stroke-width="${s.width}"${s.dash?.length ? ` stroke-dasharray="${s.dash.join(" ")}"` : ""}/>`);
    });
    y += h + 26;
    if (k === scope.panels.length - 1) parts.push(`<text x="${left}" y="${y - 10}" font-size="10" fill="#666">${+x0.toPrecision(4)}</text><text x="${W - right}" y="${y - 10}" font-size="10" text-anchor="end" fill="#666">${+x1.toPrecision(4)} ms</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${y}" viewBox="0 0 ${W} ${y}" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="${colour("--card")}"/><text x="${left}" y="20" font-size="14" fill="${colour("--ink")}">${escape(title)}</text>${parts.join("")}</svg>`;
}

export function dialog(title: string, ...content: HTMLElement[]): void {
  const box = el("dialog", { "aria-label": title });
  const close = () => { box.close(); box.remove(); };
  box.append(el("h2", {}, title, button("×", "close", close, "quiet")), ...content);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (e) => { if (e.target === box) close(); });
  document.body.append(box);
  box.showModal();
}

export function python(answer: Answer): void {
  const code = el("pre", { tabindex: "0" }, answer.python);
  const copy = button("copy", "copy the Python", () => { void navigator.clipboard?.writeText(answer.python); copy.textContent = "copied"; }, "chip");
  dialog("The same in Python", code, copy);
}

export function menu(scope: Scope, title: () => string, cell: () => Cell, share: (then: (a: Answer) => void) => void, keep: (then: (a: Answer) => void) => void): void {
  const name = cell().name;
  const items: [string, string, () => void][] = [
    ["PNG", "picture of the scope", () => { void png(scope, title()).then((b) => save(`${name}.png`, b)); }],
    ["SVG", "picture of the scope, as lines", () => save(`${name}.svg`, svg(scope, title()), "image/svg+xml")],
    ["CSV", "the numbers of this run", () => { if (scope.answer) save(`${name}.csv`, csv(scope.answer), "text/csv"); }],
    ["NetCDF", "the run as xarray reads it, with units", () => keep((a) => save(`${name}.nc`, new Blob([Uint8Array.from(atob(a.file), (c) => c.charCodeAt(0))], { type: "application/x-netcdf" })))],
    ["TOML", "the cell, for loligo run or loligo lab", () => share((a) => save("cell.toml", a.toml, "application/toml"))],
    ["Python", "the lines that do exactly this run", () => share(python)],
    ["Link", "copy the address, which holds everything", () => { void navigator.clipboard?.writeText(location.href); }],
  ];
  dialog("Take along", el("div", { class: "menu" }, ...items.map(([text, hint, action]) => el("button", { type: "button", onclick: action }, el("b", {}, text), el("span", {}, hint)))));
}
