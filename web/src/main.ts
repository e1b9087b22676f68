// The laboratory: puts the parts together, and keeps picture and controls in step.
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { AxonView } from "./axon";
import { ClampBench } from "./clamp";
import { Companions, TITLES } from "./companions";
import { membrane, stimulusEditor, usual } from "./controls";
import { parsed } from "./drawn";
import { drop } from "./drop";
import { button, el, write } from "./dom";
import { dialog, menu, python } from "./export";
import { settle } from "./ions";
import { ASKED, Lessons } from "./lessons";
import { Link } from "./link";
import { Readings } from "./readings";
import { repaint } from "./row";
import { Running } from "./running";
import { Scope } from "./scope";
import { PANELS, Store, fresh, fromAddress } from "./state";
import { dark, firstTheme, setTheme } from "./theme";
import { start } from "./transport";
import type { Answer, Cell } from "./types";
import type { View } from "./view";

const $ = (id: string) => document.getElementById(id)!;

const THRESHOLD_EVERY = 120; // ms: a number that nobody reads any faster, and dearer than the whole picture

class Lab {
  store: Store;
  link: Link;
  scope: Scope;
  companions: Companions;
  views: Record<string, View>;
  running: Running;
  lessons: Lessons;
  cell: Cell | null = null;
  runs = 0; // pictures drawn, for tests and benchmarks
  private whose = "";
  private unit = ""; // of the stimulus; unknown where it came in the address
  private structure = "";
  private shownStructure = "";
  private readings = new Readings();
  private plots = el("div", { id: "plots" });
  private note = el("p", { id: "note", role: "status" });
  private panelChips = el("div", { class: "group chips", role: "group", "aria-label": "panels of the scope" });
  private companionChips = el("div", { class: "group chips", role: "group", "aria-label": "companions" });
  private beside = el("div", { id: "beside" });
  private tab = "membrane";
  private before: Answer | null = null;
  threshold: number | null = null; // of a pulse of 1 ms
  private thresholdAt = -Infinity;
  private thresholdWaits = 0;

  constructor(start: { cell: string; toml: string }) {
    const given = fromAddress(start.cell);
    this.store = new Store(given ?? fresh(start.cell, start.toml));
    if (!given) this.unit = "µA/cm²";
    this.link = new Link();
    this.scope = new Scope(this.plots);
    this.companions = new Companions(this.beside, this.store, this.link);
    this.lessons = new Lessons($("lesson"), this);
    this.companions.onchoose = (path) => this.choose(path);
    this.views = { clamp: new ClampBench(this.store, this.link), axon: new AxonView(this.store, this.link) };
    this.running = new Running(this.link, this.store);
    this.running.onsweep = (sweep, at, spikes) => this.swept(sweep, at, spikes);
    this.running.onstate = (on) => this.ran(on);
    $("scope").append(this.readings.root, el("div", { id: "head" }, this.panelChips, el("div", { class: "group", role: "group", "aria-label": "running scope" }, this.runner, button("poke", "inject a pulse, now (k)", () => this.running.poke(), "chip poke"))), this.plots, this.note);
    $("companions").append(this.companionChips, this.beside);
    this.store.onchange = (whole) => this.changed(whole);
    this.link.onstatus = (ok) => this.notice(ok ? "" : "the laboratory does not answer; does `loligo lab` still run? Trying again …");
    this.link.onbusy = (busy) => this.notice(busy ? "computing … (the first time a cell is used, its equations are compiled)" : "");
    this.link.onerror = (text, kind) => { if (ASKED.includes(kind)) this.lessons.fail(kind, text); else if (kind in TITLES) this.companions.fail(kind, text); else if (kind === "threshold") this.excited(null, text); else if (this.view?.kinds.includes(kind)) this.view.fail(kind, text); else this.notice(text, true); if (kind === "describe" && !this.cell) this.wayOut(); if (kind === "go" && text) this.running.fail(); };
    this.scope.oncursor = (at) => this.cursor(at);
    document.addEventListener("keydown", (e) => this.key(e));
    drop((name, text) => this.dropped(name, text), (text) => this.notice(text, true));
    this.changed(true);
  }

  private runner = button("▶ run", "let the scope run freely, or hold it (r)", () => (this.running.on ? this.running.stop() : this.running.start()), "chip");
  private get view(): View | undefined { return this.views[this.store.state.view]; }

  /** A parameter was asked for: its slider comes into view. */
  private choose(path: string): void {
    this.tab = "membrane";
    this.side();
    const slider = $("controls").querySelector<HTMLElement>(`input[type=range][data-key="${CSS.escape(path)}"]`);
    slider?.closest("details")?.setAttribute("open", "");
    slider?.scrollIntoView({ block: "center" });
    slider?.focus();
  }

  private ran(on: boolean): void {
    this.runner.textContent = on ? "❚❚ hold" : "▶ run";
    this.runner.setAttribute("aria-label", `${this.runner.textContent}: let the scope run freely, or hold it (r)`);
    document.body.classList.toggle("running", on);
    this.scope.hold = on;
    this.scope.ghost = on ? null : this.before;
    if (this.tab === "stimulus" && this.cell) this.side();
    if (!on) this.ask();
  }

  /** The beam of the running scope has moved. */
  private swept(sweep: Answer, at: number, spikes: number[]): void {
    const last = spikes.slice(-4), v = sweep.data.V;
    let peak = -Infinity;
    for (let i = 0; i < v.length; i++) if (v[i] > peak) peak = v[i];
    sweep.readings = { peak, rate: last.length > 1 ? 1000 * (last.length - 1) / (last[last.length - 1] - last[0]) : NaN };
    this.scope.set(sweep);
    this.scope.point(at);
    this.writeReadings();
  }

  private notice(text: string, mistake = false): void {
    const box = $("notice");
    box.hidden = !text;
    box.textContent = text;
    box.classList.toggle("mistake", mistake);
  }

  /** An address that names what there is not: the page has no controls yet, but a way on. */
  private wayOut(): void {
    $("bar").replaceChildren(el("h1", {}, "Loligo"), button("open the squid axon", "the laboratory as it is at first", () => {
      this.store.change((s) => Object.assign(s, fresh("squid")));
      this.store.commit();
    }, "chip"));
  }

  private changed(whole: boolean): void {
    const p = this.store.state.preparation;
    if (this.cell) {
      settle(this.store.state, this.cell);
      if (Object.keys(this.store.state.ions).length && !whole) repaint($("controls"));
    }
    const structure = JSON.stringify([p.cell, p.toml, p.add, p.remove]);
    if (structure !== this.structure) {
      const whose = JSON.stringify([p.cell, p.toml]);
      if (whose !== this.whose) { this.scope.forget(); this.running.forget(); this.before = null; this.threshold = null; }
      this.whose = whose;
      this.structure = structure;
      this.link.ask("describe", { preparation: p }, (a) => {
        this.cell = a as unknown as Cell;
        this.measure(this.cell.current_unit);
        this.shownStructure = structure;
        document.title = `${this.cell.name} – Loligo`;
        this.build();
        this.ask();
      });
      return;
    }
    if (whole && this.cell && this.shownStructure === structure) this.build();
    this.ask();
  }

  /** 10 µA/cm² are not 10 nA: where the unit is another, the stimulus begins anew. */
  private measure(unit: string): void {
    const before = this.unit;
    this.unit = unit;
    if (before === "" || before === unit) return;
    this.store.state.stimuli = fresh("").stimuli.map((s) => ({ ...s, amplitude: s.amplitude * usual(unit) }));
    this.store.state.poke = { ...fresh("").poke, amplitude: 20 * usual(unit) };
    this.store.commit();
  }

  private build(): void {
    const cell = this.cell!, view = this.view;
    this.bar(cell);
    this.side();
    document.body.dataset.view = view ? this.store.state.view : "scope";
    for (const other of Object.values(this.views)) if (other !== view) other.leave();
    $("bench").hidden = !view;
    $("bench").replaceChildren(...(view ? [view.root] : []));
    if (view) { this.running.stop(); view.build(cell); return; }
    if (!this.scope.answer || !(cell.channels[0] && `${cell.channels[0].name}.I` in this.scope.answer.data)) { this.scope.forget(); this.before = null; }
    this.scope.build(cell, this.store.state.open);
    this.companions.build(cell);
  }

  /** Show the controls of the membrane or of the stimulus. */
  turn(tab: string): void { this.tab = tab; if (this.cell) this.side(); }

  private side(): void {
    const cell = this.cell!, host = $("controls"), held = host.scrollTop, focus = (document.activeElement as HTMLElement)?.getAttribute("aria-label");
    const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "controls" }, ...[["membrane", "Membrane"], ["stimulus", this.view?.title ?? "Stimulus"]].map(([key, text]) => {
      const b = button(text, text, () => { this.tab = key; this.side(); });
      b.setAttribute("role", "tab");
      b.setAttribute("aria-selected", String(this.tab === key));
      return b;
    }));
    host.replaceChildren(tabs, this.tab === "membrane" ? membrane(this.store, cell) : this.view?.controls(cell) ?? stimulusEditor(this.store, cell, this.store.state));
    host.scrollTop = held;
    if (focus) host.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  }

  private ask(): void {
    if (!this.cell) return;
    if (this.view) { this.view.ask(this.cell); return; }
    const s = this.store.state;
    this.scope.levels = this.cell.parameters.filter((p) => p.name === "E" && p.channel).map((p) => ({ value: s.preparation.set[p.path] ?? p.value, label: `E ${p.channel}`, hex: this.cell!.channels.find((c) => c.name === p.channel)?.colour ?? "#888888" }));
    const stimuli = s.stimuli;
    if (!this.running.on) this.link.ask("run", { preparation: s.preparation, stimuli, duration: s.duration, points: this.scope.points }, (a) => this.drawn(a));
    this.companions.ask(this.cell);
    const wait = THRESHOLD_EVERY - (performance.now() - this.thresholdAt);
    window.clearTimeout(this.thresholdWaits);
    if (wait > 0) this.thresholdWaits = window.setTimeout(() => this.askThreshold(), wait); else this.askThreshold();
  }

  private askThreshold(): void {
    this.thresholdAt = performance.now();
    if (!this.view) this.link.ask("threshold", { preparation: this.store.state.preparation, duration: 1 }, (a) => this.excited(a.value, a.status));
  }

  /** The threshold; where there is none, the place of the number says why. */
  private excited(value: number | null, why: string): void {
    this.threshold = value;
    this.readings.why("threshold", value === null ? why : "");
    this.writeReadings();
  }

  private drawn(answer: Answer): void {
    if (this.running.on || this.view) return;
    this.scope.set(answer);
    this.runs++;
    if (!this.before) this.before = answer;
    this.companions.follow(answer, this.scope.at, this.cell!);
    this.writeReadings();
    write(this.note, answer.notes.join(" · "));
    this.lessons.follow();
    if ($("notice").textContent && this.link.connected) this.notice("");
  }

  /** A gesture is over: what was seen before it becomes the ghost. */
  kept(): void {
    if (this.running.on || this.view) { this.marks(); return; }
    this.scope.ghost = this.before;
    this.before = this.scope.answer;
    this.scope.draw();
    this.marks();
  }

  private cursor(at: number | null): void {
    if (this.scope.answer) this.companions.follow(this.scope.answer, at, this.cell!);
    this.readings.time(at === null || !this.scope.answer ? null : at * this.scope.answer.every);
    this.lessons.follow();
  }

  private writeReadings(): void { this.readings.write(this.scope.answer?.readings ?? {}, this.threshold, this.cell?.current_unit ?? ""); }

  private bar(cell: Cell): void {
    const s = this.store.state;
    const names = s.preparation.toml ? ["(your file)", ...cell.cells] : cell.cells;
    const choose = el("select", { "aria-label": "cell", id: "cell" }, ...names.map((n) => el("option", { value: n, selected: s.preparation.toml ? n === "(your file)" : n === s.preparation.cell }, n.replaceAll("_", " "))));
    choose.addEventListener("change", () => {
      this.store.change((state) => Object.assign(state.preparation, fresh(choose.value).preparation), true);
      this.store.commit();
      this.kept();
    });
    const toggle = (kind: string, text: string) => {
      const b = button(text, `${text}: show or hide`, () => {
        this.store.change((t) => { t.open = t.open.includes(kind) ? t.open.filter((x) => x !== kind) : [...t.open, kind]; }, true);
        this.store.commit();
      }, "chip");
      b.setAttribute("aria-pressed", String(s.open.includes(kind)));
      return b;
    };
    const undo = button("↶", "undo (z)", () => this.store.undo()), redo = button("↷", "redo (y)", () => this.store.redo());
    undo.id = "undo";
    redo.id = "redo";
    $("bar").replaceChildren(
      el("h1", {}, "Loligo"), choose, el("span", { class: "source", title: `${cell.description}\n${cell.validity}` }, cell.source),
      el("span", { class: "space" }),
      this.viewChips(),
      el("div", { class: "group", role: "group", "aria-label": "tools" }, this.lessons.chip(), undo, redo,
        button("pin", "keep this trace for comparison (p)", () => this.pin()), button("Python", "the same in Python", () => this.share(python)),
        button("take along", "pictures, numbers, the cell, the address (e)", () => this.menu()), button(dark() ? "☀" : "☾", "light or dark (t)", () => this.theme()), button("?", "help (?)", () => this.help())),
    );
    this.panelChips.replaceChildren(...PANELS.map((k) => toggle(k, k)));
    this.companionChips.replaceChildren(...Object.keys(TITLES).map((k) => toggle(k, TITLES[k])));
    this.marks();
  }

  /** To another view, and to its controls. */
  private go(view: string): void {
    this.tab = view ? "stimulus" : "membrane";
    this.store.change((s) => { s.view = view; }, true);
    this.store.commit();
  }

  private viewChips(): HTMLElement {
    const group = el("div", { class: "group chips views", role: "group", "aria-label": "views" });
    for (const [key, text] of [["", "Scope"], ...Object.entries(this.views).map(([k, v]) => [k, v.title])]) {
      const chip = button(text, `${text}: go there`, () => this.go(key), "chip");
      chip.setAttribute("aria-pressed", String(this.store.state.view === key));
      group.append(chip);
    }
    return group;
  }

  private marks(): void {
    const undo = $("undo") as HTMLButtonElement | null, redo = $("redo") as HTMLButtonElement | null;
    if (undo) undo.disabled = !this.store.canUndo;
    if (redo) redo.disabled = !this.store.canRedo;
  }

  private theme(): void {
    setTheme(dark() ? "light" : "dark");
    if (!this.cell) return;
    this.build();
    this.lessons.draw();
    if (this.scope.answer && !this.view) this.companions.follow(this.scope.answer, this.scope.at, this.cell);
  }

  private pin(): void {
    if (this.scope.pins.some((p) => p.answer === this.scope.answer)) this.scope.pins = [];
    else this.scope.pin("");
    this.scope.build(this.cell!, this.store.state.open);
    this.lessons.follow();
  }

  /** Put what a lesson asks for on the bench; its stimulus is meant for its cell, whatever the unit was before. */
  lay(setup: { preparation: object; stimuli: object[]; duration: number }): void {
    this.running.stop();
    if ((setup.preparation as { cell: string }).cell !== this.store.state.preparation.cell) this.unit = "";
    this.store.change((s) => {
      Object.assign(s.preparation, fresh("squid").preparation, structuredClone(setup.preparation));
      s.stimuli = structuredClone(setup.stimuli) as typeof s.stimuli;
      s.duration = setup.duration;
      s.y = "";
      s.view = "";
      s.ions = {};
    }, true);
    this.store.commit();
  }

  private share(then: (a: Answer) => void, kind = "share"): void {
    const s = this.store.state;
    this.link.ask(kind, { preparation: s.preparation, stimuli: s.stimuli, duration: s.duration }, (a) => then(this.view && kind === "share" ? { ...a, python: a.python_cell + this.view.python(this.cell!) } : a));
  }

  private title(): string {
    const p = this.store.state.preparation, changes = Object.entries(p.set).map(([k, v]) => `${k} = ${+v.toPrecision(4)}`);
    for (const [k, v] of Object.entries(p.block)) changes.push(`${k} blocked ${Math.round(100 * v)} %`);
    return [this.cell!.name, ...changes].join(", ");
  }

  private menu(): void { menu(this.scope, () => this.title(), () => this.cell!, (then) => this.share(then), (then) => this.share(then, "keep")); }

  private help(): void {
    const items = [["drag a slider", "everything follows"], ["drag a name", "changes its number; shift ×10, alt ×0.1"], ["↺", "back to the published value"], ["drag on a plot", "zoom in time; double click or Escape: all of it"], ["wheel, shift + wheel", "zoom, move"],
      ["z, y", "undo, redo"], ["p", "pin this trace; again: take the pins away"], ["m, s", "membrane, stimulus"], ["r, k", "let the scope run, poke it"], ["1, 2, 3", "scope, voltage clamp, axon"], ["← →", "move the cursor in time"], ["t", "light or dark"], ["e", "take along: picture, numbers, cell, Python, address"], ["l", "lessons"], ["drop a .csv or .toml", "a recorded current, a cell of yours"]];
    dialog("The laboratory", el("dl", {}, ...items.flatMap(([a, b]) => [el("dt", {}, a), el("dd", {}, b)])));
  }

  /** A file: a cell of yours, or a current. */
  private dropped(name: string, text: string): void {
    if (/\.toml$/i.test(name)) this.store.change((s) => Object.assign(s.preparation, fresh("file", text).preparation), true);
    else {
      const wave = parsed(text);
      this.tab = "stimulus";
      this.store.change((s) => { s.view = ""; s.stimuli = [{ type: "waveform", ...wave }]; s.duration = Math.max(1, wave.times[wave.times.length - 1]); }, true);
    }
    this.store.commit();
  }

  private key(e: KeyboardEvent): void {
    const t = e.target as HTMLElement;
    const typing = t.matches("input[type=text], select, textarea"), slider = t.matches("input[type=range]");
    if ((e.ctrlKey || e.metaKey) && e.key === "z" && !typing) { e.preventDefault(); e.shiftKey ? this.store.redo() : this.store.undo(); return; }
    if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog")) return;
    if (e.key === "Escape") this.scope.unzoom();
    else if (e.key === "z") this.store.undo();
    else if (e.key === "y") this.store.redo();
    else if (e.key === "r" && !this.view) this.running.on ? this.running.stop() : this.running.start();
    else if (e.key === "k" && !this.view) this.running.poke();
    else if (/^[123]$/.test(e.key)) this.go(["", ...Object.keys(this.views)][Number(e.key) - 1]);
    else if (e.key === "p") this.pin();
    else if (e.key === "t") this.theme();
    else if (e.key === "e") this.menu();
    else if (e.key === "l") this.lessons.toggle();
    else if (e.key === "?") this.help();
    else if (e.key === "m" || e.key === "s") this.turn(e.key === "m" ? "membrane" : "stimulus");
    else if ((e.key === "ArrowLeft" || e.key === "ArrowRight") && !slider && this.scope.answer) {
      const u = this.scope.panels[0].plot, by = (e.key === "ArrowLeft" ? -1 : 1) * (e.shiftKey ? 20 : 2);
      const at = Math.max(0, Math.min(this.scope.answer.samples - 1, (this.scope.at ?? 0) + by));
      for (const p of this.scope.panels) p.plot.setCursor({ left: u.valToPos(at * this.scope.answer.every, "x"), top: 10 }, false);
      this.scope.point(at);
    }
  }
}

firstTheme();
void start().then((given) => {
  const lab = new Lab(given);
  const commit = lab.store.commit.bind(lab.store);
  lab.store.commit = () => { const done = commit(); if (done) lab.kept(); return done; };
  (window as any).laboratory = lab;
}).catch((error: Error) => {
  $("notice").hidden = false;
  $("notice").textContent = error.message;
});
