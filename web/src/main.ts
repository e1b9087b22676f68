// The laboratory: puts the parts together, and keeps picture and controls in step.
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { Companions, TITLES } from "./companions";
import { membrane, stimulusEditor, usual } from "./controls";
import { button, el, show } from "./dom";
import { dialog, menu, python } from "./export";
import { ASKED, Lessons } from "./lessons";
import { Link } from "./link";
import { Scope } from "./scope";
import { PANELS, Store, fresh, fromAddress } from "./state";
import { dark, firstTheme, setTheme } from "./theme";
import type { Answer, Cell } from "./types";

const $ = (id: string) => document.getElementById(id)!;
const token = new URLSearchParams(location.search).get("token") ?? "";

class Lab {
  store: Store;
  link: Link;
  scope: Scope;
  companions: Companions;
  lessons: Lessons;
  cell: Cell | null = null;
  runs = 0; // pictures drawn, for tests and benchmarks
  private whose = "";
  private unit = ""; // of the stimulus; unknown where it came in the address
  private structure = "";
  private shownStructure = "";
  private readings = el("div", { id: "readings", role: "group", "aria-label": "readings" });
  private plots = el("div", { id: "plots" });
  private note = el("p", { id: "note", role: "status" });
  private panelChips = el("div", { class: "group chips", role: "group", "aria-label": "panels of the scope" });
  private companionChips = el("div", { class: "group chips", role: "group", "aria-label": "companions" });
  private beside = el("div", { id: "beside" });
  private tab = "membrane";
  private before: Answer | null = null;
  threshold: number | null = null; // of a pulse of 1 ms
  private reading: Record<string, HTMLElement> = {};

  constructor(start: { cell: string; toml: string }) {
    const given = fromAddress(start.cell);
    this.store = new Store(given ?? fresh(start.cell, start.toml));
    if (!given) this.unit = "µA/cm²";
    this.link = new Link(token);
    this.scope = new Scope(this.plots);
    this.companions = new Companions(this.beside, this.store, this.link);
    this.lessons = new Lessons($("lesson"), this);
    $("scope").append(this.readings, this.plots, this.note);
    $("companions").append(this.companionChips, this.beside);
    this.store.onchange = (whole) => this.changed(whole);
    this.link.onstatus = (ok) => this.notice(ok ? "" : "the laboratory does not answer; does `loligo lab` still run? Trying again …");
    this.link.onbusy = (busy) => this.notice(busy ? "computing … (the first time a cell is used, its equations are compiled)" : "");
    this.link.onerror = (text, kind) => { if (ASKED.includes(kind)) this.lessons.fail(kind, text); else if (kind in TITLES) this.companions.fail(kind, text); else if (kind === "threshold") this.excited(null, text); else this.notice(text, true); if (kind === "describe" && !this.cell) this.wayOut(); };
    this.scope.oncursor = (at) => this.cursor(at);
    this.drawReadings();
    document.addEventListener("keydown", (e) => this.key(e));
    this.drop();
    this.changed(true);
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
    const structure = JSON.stringify([p.cell, p.toml, p.add, p.remove]);
    if (structure !== this.structure) {
      const whose = JSON.stringify([p.cell, p.toml]);
      if (whose !== this.whose) { this.scope.forget(); this.before = null; this.threshold = null; }
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
    this.store.commit();
  }

  private build(): void {
    const cell = this.cell!;
    this.bar(cell);
    this.side();
    if (!this.scope.answer || !(cell.channels[0] && `${cell.channels[0].name}.I` in this.scope.answer.data)) { this.scope.forget(); this.before = null; }
    this.scope.build(cell, this.store.state.open);
    this.companions.build(cell);
  }

  /** Show the controls of the membrane or of the stimulus. */
  turn(tab: string): void { this.tab = tab; if (this.cell) this.side(); }

  private side(): void {
    const cell = this.cell!, host = $("controls"), held = host.scrollTop, focus = (document.activeElement as HTMLElement)?.getAttribute("aria-label");
    const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "controls" }, ...[["membrane", "Membrane"], ["stimulus", "Stimulus"]].map(([key, text]) => {
      const b = button(text, text, () => { this.tab = key; this.side(); });
      b.setAttribute("role", "tab");
      b.setAttribute("aria-selected", String(this.tab === key));
      return b;
    }));
    host.replaceChildren(tabs, this.tab === "membrane" ? membrane(this.store, cell) : stimulusEditor(this.store, cell, this.store.state));
    host.scrollTop = held;
    if (focus) host.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  }

  private ask(): void {
    if (!this.cell) return;
    const s = this.store.state;
    const stimuli = s.stimuli;
    this.link.ask("run", { preparation: s.preparation, stimuli, duration: s.duration, points: this.scope.points }, (a) => this.drawn(a));
    this.companions.ask(this.cell);
    this.link.ask("threshold", { preparation: s.preparation, duration: 1 }, (a) => this.excited(a.value, a.status));
  }

  /** The threshold; where there is none, the place of the number says why. */
  private excited(value: number | null, why: string): void {
    this.threshold = value;
    this.reading.threshold.parentElement!.title = value === null ? why : "";
    this.writeReadings();
  }

  private drawn(answer: Answer): void {
    this.scope.set(answer);
    this.runs++;
    if (!this.before) this.before = answer;
    this.companions.follow(answer, this.scope.at, this.cell!);
    this.writeReadings();
    this.note.textContent = answer.notes.join(" · ");
    this.lessons.follow();
    if ($("notice").textContent && this.link.connected) this.notice("");
  }

  /** A gesture is over: what was seen before it becomes the ghost. */
  kept(): void {
    this.scope.ghost = this.before;
    this.before = this.scope.answer;
    this.scope.draw();
    this.marks();
  }

  private cursor(at: number | null): void {
    if (this.scope.answer) this.companions.follow(this.scope.answer, at, this.cell!);
    this.reading.time.textContent = at === null || !this.scope.answer ? "–" : show(at * this.scope.answer.every, 4);
    this.reading.time.parentElement!.classList.toggle("off", at === null);
    this.lessons.follow();
  }

  private drawReadings(): void {
    const items: [string, string, string][] = [["rest", "rest", "mV"], ["threshold", "threshold, 1 ms", ""], ["peak", "peak", "mV"], ["rate", "rate", "Hz"], ["width", "width", "ms"], ["latency", "latency", "ms"], ["count", "spikes", ""], ["time", "cursor", "ms"]];
    for (const [key, label, unit] of items) {
      this.reading[key] = el("b", {}, "–");
      this.readings.append(el("div", { class: "reading", "data-reading": key }, el("span", {}, label), this.reading[key], el("small", {}, unit)));
    }
  }

  private writeReadings(): void {
    const r = this.scope.answer?.readings ?? {};
    for (const key of ["rest", "peak", "rate", "width", "latency"]) this.reading[key].textContent = show(r[key], 3);
    this.reading.rest.textContent = show(r.rest, 4);
    this.reading.count.textContent = show(r.count ?? null);
    this.reading.threshold.textContent = show(this.threshold, 3);
    this.reading.threshold.nextElementSibling!.textContent = this.cell?.current_unit ?? "";
  }

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
      this.panelChips,
      el("div", { class: "group", role: "group", "aria-label": "tools" }, this.lessons.chip(), undo, redo,
        button("pin", "keep this trace for comparison (p)", () => this.pin()), button("Python", "the same in Python", () => this.share(python)),
        button("take along", "pictures, numbers, the cell, the address (e)", () => this.menu()), button(dark() ? "☀" : "☾", "light or dark (t)", () => this.theme()), button("?", "help (?)", () => this.help())),
    );
    this.panelChips.replaceChildren(...PANELS.map((k) => toggle(k, k)));
    this.companionChips.replaceChildren(...Object.keys(TITLES).map((k) => toggle(k, TITLES[k])));
    this.marks();
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
    if (this.scope.answer) this.companions.follow(this.scope.answer, this.scope.at, this.cell);
  }

  private pin(): void {
    if (this.scope.pins.some((p) => p.answer === this.scope.answer)) this.scope.pins = [];
    else this.scope.pin("");
    this.scope.build(this.cell!, this.store.state.open);
    this.lessons.follow();
  }

  /** Put what a lesson asks for on the bench; its stimulus is meant for its cell, whatever the unit was before. */
  lay(setup: { preparation: object; stimuli: object[]; duration: number }): void {
    if ((setup.preparation as { cell: string }).cell !== this.store.state.preparation.cell) this.unit = "";
    this.store.change((s) => {
      Object.assign(s.preparation, fresh("squid").preparation, structuredClone(setup.preparation));
      s.stimuli = structuredClone(setup.stimuli) as typeof s.stimuli;
      s.duration = setup.duration;
      s.y = "";
    }, true);
    this.store.commit();
  }

  private share(then: (a: Answer) => void): void {
    const s = this.store.state;
    this.link.ask("share", { preparation: s.preparation, stimuli: s.stimuli, duration: s.duration }, then);
  }

  private title(): string {
    const p = this.store.state.preparation, changes = Object.entries(p.set).map(([k, v]) => `${k} = ${+v.toPrecision(4)}`);
    for (const [k, v] of Object.entries(p.block)) changes.push(`${k} blocked ${Math.round(100 * v)} %`);
    return [this.cell!.name, ...changes].join(", ");
  }

  private menu(): void { menu(this.scope, () => this.title(), () => this.cell!, (then) => this.share(then)); }

  private help(): void {
    const items = [["drag a slider", "everything follows"], ["drag a name", "changes its number; shift ×10, alt ×0.1"], ["↺", "back to the published value"], ["drag on a plot", "zoom in time; double click or Escape: all of it"], ["wheel, shift + wheel", "zoom, move"],
      ["z, y", "undo, redo"], ["p", "pin this trace; again: take the pins away"], ["m, s", "membrane, stimulus"], ["← →", "move the cursor in time"], ["t", "light or dark"], ["e", "take along: picture, numbers, cell, Python, address"], ["l", "lessons"], ["drop a .csv or .toml", "a recorded current, a cell of yours"]];
    dialog("The laboratory", el("dl", {}, ...items.flatMap(([a, b]) => [el("dt", {}, a), el("dd", {}, b)])));
  }

  private key(e: KeyboardEvent): void {
    const t = e.target as HTMLElement;
    const typing = t.matches("input[type=text], select, textarea"), slider = t.matches("input[type=range]");
    if ((e.ctrlKey || e.metaKey) && e.key === "z" && !typing) { e.preventDefault(); e.shiftKey ? this.store.redo() : this.store.undo(); return; }
    if (typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog")) return;
    if (e.key === "Escape") this.scope.unzoom();
    else if (e.key === "z") this.store.undo();
    else if (e.key === "y") this.store.redo();
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

  private drop(): void {
    document.addEventListener("dragover", (e) => e.preventDefault());
    document.addEventListener("drop", (e) => {
      e.preventDefault();
      const file = e.dataTransfer?.files[0];
      if (!file) return;
      if (file.size > 300_000) { this.notice(`${file.name}: ${file.size} bytes are too many; at most 300000`, true); return; }
      void file.text().then((text) => {
        if (/\.toml$/i.test(file.name)) this.store.change((s) => Object.assign(s.preparation, fresh("file", text).preparation), true);
        else {
          const rows = text.split(/\r?\n/).map((l) => l.split(/[,;\t ]+/).map(Number)).filter((r) => r.length >= 2 && r.every(Number.isFinite));
          if (rows.length < 2 || rows.length > 20_000) { this.notice(`${file.name}: two columns of numbers are needed, ms and current, with 2 to 20000 rows`, true); return; }
          this.store.change((s) => { s.stimuli = [{ type: "waveform", times: rows.map((r) => r[0]), values: rows.map((r) => r[1]) }]; s.duration = Math.min(5000, Math.max(1, rows[rows.length - 1][0])); }, true);
        }
        this.store.commit();
      });
    });
  }
}

firstTheme();
void fetch(`start${location.search}`).then(async (r) => {
  if (!r.ok) throw new Error(await r.text());
  const lab = new Lab(await r.json());
  const commit = lab.store.commit.bind(lab.store);
  lab.store.commit = () => { const done = commit(); if (done) lab.kept(); return done; };
  (window as any).laboratory = lab;
}).catch((error: Error) => {
  $("notice").hidden = false;
  $("notice").textContent = error.message;
});
