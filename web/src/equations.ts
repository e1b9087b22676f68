// The equations, typeset: what carries most of the current stands out, a symbol tells its value, unit and source, a click finds its slider.
import katex from "katex";
import { el, show } from "./dom";
import { shown } from "./theme";
import type { Store } from "./state";
import type { Answer, Cell } from "./types";

const typeset = (text: string) => katex.renderToString(text, { output: "mathml", throwOnError: false, trust: false, displayMode: true });

export class Equations {
  private lines: { channel: string; line: HTMLElement }[] = [];
  private tip = el("div", { class: "tip", role: "status", hidden: true });
  private at: number | null = null;
  private run: Answer | null = null;
  private symbol: Element | null = null;

  constructor(private body: HTMLElement, private cell: Cell, private store: Store, private curves: () => Answer | undefined, private choose: (path: string) => void) {
    const forms = this.forms();
    const rows = cell.equations[0].replace("\\begin{aligned}", "").replace("\\end{aligned}", "").trim().split("\\\\\n");
    for (const text of rows) {
      const line = el("div", { class: "equation" });
      line.innerHTML = typeset(text.replace("&=", "="));
      const found = /^I_\{\\mathrm\{(.+?)\}\}/.exec(text.trim());
      const channel = found ? cell.channels.find((c) => c.name.replace(/[^A-Za-z0-9]/g, "") === found[1].replace(/[^A-Za-z0-9]/g, "")) : undefined;
      if (channel) {
        line.style.setProperty("--hue", shown(channel.colour));
        line.classList.add("current");
        this.lines.push({ channel: channel.name, line });
      }
      for (const root of line.querySelectorAll("semantics > mrow")) this.mark(root, forms);
      line.querySelector("annotation")?.remove();
      body.append(line);
    }
    body.append(this.tip);
    const over = (e: Event) => this.show((e.target as Element).closest?.("[data-path]") ?? null);
    body.addEventListener("pointerover", over);
    body.addEventListener("focusin", over);
    body.addEventListener("pointerleave", () => this.show(null));
    body.addEventListener("focusout", () => this.show(null));
    body.addEventListener("click", (e) => this.go(e.target as Element));
    body.addEventListener("keydown", (e) => { if (e.key === "Enter") this.go(e.target as Element); });
  }

  /** How each symbol looks in MathML, and what it stands for. */
  private forms(): Map<string, string> {
    const found = new Map<string, string>();
    for (const [path, text] of Object.entries(this.cell.symbols)) {
      const box = el("div");
      box.innerHTML = typeset(text);
      const root = box.querySelector("semantics > mrow");
      const form = root && root.children.length === 1 ? root.children[0].outerHTML : "";
      if (form && !found.has(form)) found.set(form, path);
    }
    return found;
  }

  /** The largest part of a formula that is a symbol; what is inside it is no other one. */
  private mark(node: Element, forms: Map<string, string>): void {
    for (const child of Array.from(node.children)) {
      const path = forms.get(child.outerHTML);
      if (path === undefined) { this.mark(child, forms); continue; }
      child.setAttribute("data-path", path);
      if (this.slider(path)) child.classList.add("has-slider");
    }
  }

  private slider(path: string): string | null {
    const wanted = path.endsWith(".phi") ? "celsius" : path;
    return this.cell.parameters.some((p) => p.path === wanted) ? wanted : null;
  }

  private go(target: Element): void {
    const path = target.closest?.("[data-path]")?.getAttribute("data-path"), wanted = path && this.slider(path);
    if (wanted) this.choose(wanted);
  }

  private parameter(path: string): number { return this.store.state.preparation.set[path] ?? this.cell.parameters.find((p) => p.path === path)?.value ?? NaN; }

  private phi(channel: string): number {
    const q10 = this.parameter(`${channel}.q10`);
    return Number.isFinite(q10) ? q10 ** ((this.parameter("celsius") - this.parameter(`${channel}.celsius_ref`)) / 10) : 1;
  }

  /** What a symbol is worth now: [value, unit, what it is]. */
  private worth(path: string): [number, string, string] {
    const p = this.cell.parameters.find((x) => x.path === path), parts = path.split("."), last = parts[parts.length - 1], gate = parts.slice(0, -1).join(".");
    if (p) {
      const blocked = last === "g" ? this.store.state.preparation.block[gate] ?? 0 : 0;
      return [this.parameter(path) * (1 - blocked), p.unit, (p.description || path) + (blocked ? `, ${Math.round(100 * blocked)} % blocked` : "")];
    }
    if (last === "phi") return [this.phi(gate), "", `how much faster ${gate} is than where it was measured`];
    const at = this.at ?? 0, data = this.run?.data;
    if (data?.[path]) return [data[path][at], path === "stimulus" ? this.cell.current_unit : this.run!.units[path] === "1" ? "" : this.run!.units[path], path === "V" ? "membrane potential" : last === "I" ? `current through ${gate}` : path === "stimulus" ? "stimulus" : `open probability of ${path}`];
    const curves = this.curves(), v = curves?.data.V, now = data?.V?.[at];
    if (v && now !== undefined) {
      const place = Math.round((now - v[0]) / (v[1] - v[0])), inf = curves!.data[`${gate}.inf`]?.[place], tau = curves!.data[`${gate}.tau`]?.[place], phi = this.phi(parts.slice(0, -2).join("."));
      if (last === "inf") return [inf, "", `steady state of ${gate} at this V`];
      if (last === "tau") return [tau * phi, "ms", `time constant of ${gate} at this V`];
      if (last === "alpha" || last === "beta") return [(last === "alpha" ? inf : 1 - inf) / tau / phi, "1/ms", `${last === "alpha" ? "opening" : "closing"} rate of ${gate} at this V`];
    }
    return [NaN, "", path];
  }

  private show(symbol: Element | null): void {
    this.symbol = symbol;
    const path = symbol?.getAttribute("data-path");
    this.tip.hidden = !path;
    if (!path) return;
    const [value, unit, what] = this.worth(path), owner = this.cell.channels.find((c) => path.startsWith(c.name + "."));
    this.tip.replaceChildren(el("b", {}, `${path} = ${show(value, 4)} ${unit}`), el("span", {}, what), el("small", {}, owner?.source || this.cell.source), ...(this.slider(path) ? [el("small", {}, "click: to its slider")] : []));
    const box = symbol!.getBoundingClientRect(), host = this.body.getBoundingClientRect();
    this.tip.style.top = `${box.bottom - host.top + 6}px`;
    this.tip.style.left = `${Math.max(0, Math.min(box.left - host.left, host.width - 210))}px`;
  }

  follow(run: Answer | null, at: number | null): void {
    this.run = run;
    this.at = at;
    const sizes = this.lines.map((l) => (run && at !== null ? Math.abs(run.data[`${l.channel}.I`]?.[at] ?? 0) : 0)), all = sizes.reduce((x, y) => x + y, 0), most = Math.max(...sizes);
    this.lines.forEach((l, i) => { l.line.style.setProperty("--share", all ? String(sizes[i] / all) : "0"); l.line.classList.toggle("most", all > 0 && sizes[i] === most); });
    if (this.symbol) this.show(this.symbol);
  }
}
