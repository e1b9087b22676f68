// Lessons on the page: the list, one step at a time, checked off by measuring what was done, questions that are judged.
import "./lessons.css";
import { ApparatusCard } from "./apparatus";
import { button, el, plain, read, show } from "./dom";
import { PointsTable } from "./points";
import { known, type Bench, type Course, type Kept, type Lesson, type Step } from "./course";
import type { Answer } from "./types";

export const ASKED = ["lessons", "lesson", "progress", "apparatus", "judge"];
const SETTLE = 120; // ms between a change and the question whether a step is done
const TRIES = 3; // after which the answer may be shown

interface Entry { name: string; title: string; topic: string; minutes: number }

export class Lessons {
  course: Course | null = null;
  lesson: Lesson | null = null;
  shown = false;
  measured: Answer | null = null; // what became of the step, as the server measured it last; for tests
  private entries: Entry[] = [];
  private finished: string[];
  private pressed: HTMLButtonElement | null = null;
  private rows: { line: HTMLElement; value: HTMLElement }[] = [];
  private dots: HTMLButtonElement[] = [];
  private next: HTMLButtonElement | null = null;
  private said = el("p", { class: "said", role: "status" });
  private timer = 0;
  private apparatus: ApparatusCard | null = null;

  constructor(private host: HTMLElement, private lab: Bench) {
    const kept = known(lab.store.aside);
    this.finished = kept.finished;
    this.course = kept.course;
    host.addEventListener("keydown", (e) => { if (e.key === "Escape" && !(e.target as HTMLElement).matches("input")) { e.stopPropagation(); this.toggle(false); } });
    if (this.course) { this.shown = true; this.load(false); }
  }

  /** The button in the bar. */
  chip(): HTMLButtonElement {
    this.pressed = button("lessons", "lessons: learn by doing (l)", () => this.toggle(), "chip");
    this.pressed.id = "lessons";
    this.pressed.setAttribute("aria-pressed", String(this.shown));
    return this.pressed;
  }

  toggle(on = !this.shown): void {
    this.shown = on;
    this.pressed?.setAttribute("aria-pressed", String(on));
    if (on && !this.entries.length) this.lab.link.ask("lessons", {}, (a) => { this.entries = a.lessons; this.draw(); this.focus(); });
    this.draw();
    if (on) { this.focus(); this.follow(); } else this.pressed?.focus();
  }

  fail(kind: string, text: string): void {
    if (kind === "apparatus" && this.apparatus) this.apparatus.fail(text);
    else this.say(text, kind === "progress" ? "" : "wrong");
    if (kind === "lesson") { this.course = null; this.draw(); }
  }

  begin(name: string): void {
    this.course = { name, seed: 1 + Math.floor(Math.random() * 1e9), step: -1, done: [], predicted: {}, points: {}, answers: {}, knobs: {} };
    this.keep();
    this.load(true);
  }

  private load(focus: boolean): void {
    const c = this.course!;
    this.lab.link.ask("lesson", { name: c.name, seed: c.seed }, (a) => {
      if (this.course !== c) return;
      this.lesson = a.lesson as Lesson;
      c.step = Math.min(c.step, this.lesson.steps.length - 1);
      this.draw();
      this.follow();
      if (focus) this.focus();
    });
  }

  private keep(): void {
    const kept: Kept = { finished: this.finished };
    if (this.course) kept.course = this.course;
    Object.assign(this.lab.store.aside, { lesson: kept });
    this.lab.store.write();
  }

  private focus(): void { this.host.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true }); }

  private say(text: string, kind = ""): void { this.said.textContent = text; this.said.className = `said ${kind}`; }

  // --------------------------------------------------------------------------------------------------------- drawing

  draw(): void {
    document.querySelector("main")!.classList.toggle("taught", this.shown);
    this.host.hidden = !this.shown;
    this.rows = [];
    this.dots = [];
    this.next = null;
    this.apparatus = null;
    if (!this.shown) { this.host.replaceChildren(); return; }
    this.say("");
    if (this.course && this.lesson?.name === this.course.name) this.drawLesson(this.lesson, this.course);
    else if (!this.course) this.drawIndex();
    this.host.scrollTop = 0;
  }

  private head(title: string, ...before: HTMLElement[]): HTMLElement {
    const away = button("×", "close the lesson; it is kept", () => this.toggle(false), "quiet");
    return el("header", {}, ...before, el("h2", { tabindex: "-1" }, title), away);
  }

  private drawIndex(): void {
    const list = el("ol", { class: "index" }, ...this.entries.map((e) => {
      const over = this.finished.includes(e.name);
      return el("li", { class: over ? "over" : "" }, el("button", { type: "button", "data-lesson": e.name, onclick: () => this.begin(e.name) },
        el("b", {}, e.title), el("small", {}, `${e.topic} · ${e.minutes} min${over ? " · done" : ""}`)));
    }));
    const through = this.finished.length ? `${this.finished.length} of ${this.entries.length} done. ` : "";
    this.host.replaceChildren(this.head("Lessons"), el("p", { class: "goal" }, `${through}Guess, turn a knob, measure, plot, explain. The numbers are your own, and every answer is computed for them.`), list);
  }

  private drawLesson(lesson: Lesson, c: Course): void {
    const all = button("‹", "all lessons", () => { this.course = null; this.keep(); if (this.entries.length) { this.draw(); this.focus(); } else this.toggle(true); }, "quiet");
    const bar = el("nav", { class: "steps", "aria-label": "steps of the lesson" }, this.dot(-1, "goal", "goal"), ...lesson.steps.map((s, i) => this.dot(i, s.phase, s.title)));
    const body = c.step < 0 ? this.drawGoal(lesson) : this.drawStep(lesson.steps[c.step], c.step, c);
    this.host.replaceChildren(this.head(lesson.title, all), bar, ...body, this.said, this.walk(lesson, c));
    this.mark();
  }

  private dot(i: number, phase: string, title: string): HTMLButtonElement {
    const b = button(phase, `step ${i + 1}, ${phase}${title && title !== phase ? ": " + title : ""}`, () => this.go(i), "step");
    this.dots.push(b);
    return b;
  }

  private drawGoal(lesson: Lesson): HTMLElement[] {
    const sources = lesson.sources.length ? [el("p", { class: "sources" }, lesson.sources.join("; "))] : [];
    return [rich(lesson.goal), ...sources];
  }

  private drawStep(step: Step, i: number, c: Course): HTMLElement[] {
    const title = el("h3", {}, el("span", { class: "phase" }, step.phase), step.title);
    const waits = this.waiting(i);
    if (waits !== null) {
      return [title, el("p", {}, "The explanation opens once you have answered, so that you find it yourself."),
        button(`go to the question of step ${waits + 1}`, `go to the question of step ${waits + 1}`, () => this.go(waits), "chip strong")];
    }
    const parts: HTMLElement[] = [title, rich(step.html)];
    if (step.setup) parts.push(button("set up again", "put what this step needs on the bench", () => this.lab.lay(step.setup!), "chip"));
    if (step.checks.some((k) => k.measure === "prediction")) parts.push(this.prediction(i, c));
    const rows = step.checks.map((k) => {
      const value = el("b", {}, ""), hint = el("p", { class: "hint", hidden: true }, k.hint);
      const line = el("li", {}, el("i", { "aria-hidden": "true" }), el("span", {}, k.label), value);
      if (k.hint) line.append(button("hint", `hint: ${k.label}`, () => { hint.hidden = !hint.hidden; }, "chip"), hint);
      this.rows.push({ line, value });
      return line;
    });
    const told = rows.filter((_, k) => step.checks[k].measure !== "prediction"); // a guess has its own box
    if (told.length) parts.push(el("ul", { class: "checks", "aria-label": "what is measured" }, ...told));
    if (step.apparatus && step.phase !== "predict") {
      this.apparatus = new ApparatusCard(step.apparatus, c.knobs, this.lab, () => { this.keep(); this.follow(); });
      parts.push(this.apparatus.root);
    }
    const table = step.checks.find((k) => k.measure === "points");
    if (table) parts.push(new PointsTable(table, (c.points[i] ??= []), this.lab, () => this.apparatus, () => { this.keep(); this.follow(); }).root);
    if (step.question) parts.push(this.question(step, i, c));
    return parts;
  }

  private prediction(i: number, c: Course): HTMLElement {
    const box = number("your guess");
    if (i in c.predicted) box.value = plain(c.predicted[i]);
    const take = () => {
      const value = read(box);
      if (value === null) { this.say("A guess is a number.", "wrong"); return; }
      c.predicted[i] = value;
      this.keep();
      this.follow();
    };
    box.addEventListener("keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); take(); } });
    return el("div", { class: "ask" }, box, button("guess", "take this as my guess", take, "chip strong"));
  }

  private question(step: Step, i: number, c: Course): HTMLElement {
    const q = step.question!, box = number("your answer"), given = () => c.answers[i];
    const verdict = el("p", { class: "verdict", role: "status" });
    const shownAnswer = button("show the answer", "show the answer", () => this.judge(i, null, verdict), "chip");
    shownAnswer.hidden = !given() || given().right || given().tries < TRIES || given().shown !== undefined;
    const send = () => {
      const value = read(box);
      if (value === null) { verdict.textContent = "An answer is a number."; return; }
      this.judge(i, value, verdict, shownAnswer);
    };
    box.addEventListener("keydown", (e) => { if (e.key === "Enter") { e.preventDefault(); send(); } });
    if (given()?.right) { box.value = plain(given().value); verdict.textContent = "Right."; verdict.className = "verdict right"; }
    if (given()?.shown !== undefined) verdict.textContent = `The answer is ${show(given().shown)} ${q.unit}.`;
    const after = rich(step.after);
    after.dataset.role = "after";
    after.hidden = !step.after || !this.answered(i);
    const lay = q.setup ? [button("set up my numbers", "put the numbers of this question on the bench", () => this.lab.lay(q.setup!), "chip")] : [];
    return el("div", { class: "question" }, rich(q.html), el("div", { class: "ask" }, box, el("span", { class: "unit" }, q.unit), button("check", "check my answer", send, "chip strong")), verdict, el("div", { class: "group" }, ...lay, shownAnswer), after);
  }

  private judge(i: number, value: number | null, verdict: HTMLElement, more?: HTMLElement): void {
    const c = this.course!;
    verdict.className = "verdict";
    verdict.textContent = "measuring …";
    this.lab.link.ask("judge", { name: c.name, step: i, seed: c.seed, answer: value }, (a) => {
      if (this.course !== c) return;
      const before = c.answers[i], unit = this.lesson!.steps[i].question!.unit;
      if (value === null) c.answers[i] = { value: 0, right: false, tries: before?.tries ?? 0, shown: a.value };
      else c.answers[i] = { value, right: a.right, tries: (before?.tries ?? 0) + 1, shown: before?.shown };
      verdict.textContent = value === null ? `The answer is ${show(a.value)} ${unit}.` : a.hint;
      verdict.classList.add(a.right ? "right" : "wrong");
      const after = this.host.querySelector<HTMLElement>("[data-role=after]");
      if (after && c.step === i) after.hidden = !after.textContent || !this.answered(i);
      if (a.right || value === null) this.say("");
      if (more) more.hidden = a.right || c.answers[i].tries < TRIES || c.answers[i].shown !== undefined;
      this.keep();
      this.mark();
    });
  }

  // ------------------------------------------------------------------------------------------------------- going on

  private walk(lesson: Lesson, c: Course): HTMLElement {
    const last = c.step === lesson.steps.length - 1;
    const back = button("back", "the step before", () => this.go(c.step - 1), "chip");
    back.disabled = c.step < 0;
    this.next = c.step < 0 ? button("begin", "begin: set up the bench", () => { this.lab.lay(lesson.setup); this.go(0); }, "chip strong")
      : last ? button("finish", "finish the lesson", () => this.finish(), "chip") : button("next", "the next step", () => this.go(c.step + 1), "chip");
    this.next.dataset.role = "next";
    const again = c.step < 0 ? [] : [button("set up", "put the bench back as the lesson began", () => this.lab.lay(lesson.setup), "chip")];
    return el("footer", {}, back, ...again, el("span", { class: "space" }), this.next);
  }

  go(i: number): void {
    const c = this.course!, lesson = this.lesson!, forward = i > c.step;
    if (i < -1 || i >= lesson.steps.length) return;
    c.step = i;
    const step = lesson.steps[i];
    if (forward && step?.setup && !c.done.includes(i) && this.waiting(i) === null) this.lab.lay(step.setup);
    if (step && !step.checks.length && this.waiting(i) === null && !c.done.includes(i)) c.done.push(i);
    if (step?.side) this.lab.turn(step.side);
    this.keep();
    this.draw();
    this.focus();
    this.follow();
  }

  private finish(): void {
    const name = this.course!.name;
    if (!this.whole()) { this.say(`Not everything is done yet: ${this.open().map((i) => `step ${i + 1}`).join(", ")}.`, "wrong"); return; }
    if (!this.finished.includes(name)) this.finished.push(name);
    this.course = null;
    this.keep();
    this.entries = [];
    this.toggle(true);
  }

  /** The first step with a question before a step that explains it, if that question is still open. */
  private waiting(i: number): number | null {
    const steps = this.lesson!.steps;
    if (steps[i] === undefined || steps[i].phase !== "explain") return null;
    const found = steps.findIndex((s, j) => j < i && s.question && !this.answered(j));
    return found < 0 ? null : found;
  }

  private answered(i: number): boolean {
    const a = this.course!.answers[i];
    return !this.lesson!.steps[i].question || (!!a && (a.right || a.shown !== undefined));
  }

  private passed(i: number): boolean { return this.course!.done.includes(i) && this.answered(i); }
  private open(): number[] { return this.lesson!.steps.map((_, i) => i).filter((i) => !this.passed(i)); }
  private whole(): boolean { return this.open().length === 0; }

  /** Ticks, and what is to be pressed next. */
  private mark(): void {
    const c = this.course, lesson = this.lesson;
    if (!c || !lesson) return;
    this.dots.forEach((b, at) => {
      const i = at - 1;
      b.classList.toggle("done", i >= 0 && this.passed(i));
      if (i === c.step) b.setAttribute("aria-current", "step"); else b.removeAttribute("aria-current");
      if (i >= 0) b.setAttribute("aria-label", `step ${i + 1}, ${lesson.steps[i].phase}${this.passed(i) ? ", done" : ""}`);
    });
    const ready = c.step < 0 || (c.step === lesson.steps.length - 1 ? this.whole() : this.passed(c.step));
    this.next?.classList.toggle("strong", ready);
  }

  // ------------------------------------------------------------------------------------------------------- measuring

  /** Something changed: ask, once things are quiet for a moment, whether the step is done. */
  follow(): void {
    if (!this.shown || !this.course || this.course.step < 0 || this.timer) return;
    this.timer = window.setTimeout(() => { this.timer = 0; this.ask(); }, SETTLE);
  }

  private ask(): void {
    const c = this.course, step = c && this.lesson?.name === c.name ? this.lesson.steps[c.step] : undefined;
    if (!c || !step || !this.lab.scope.answer) return;
    const body = { name: c.name, step: c.step, bench: this.bench(c, step) };
    if (this.apparatus) this.apparatus.ask(body);
    if (!step.checks.length) return;
    this.lab.link.ask("progress", body, (a) => { if (this.course === c && a.step === c.step) this.checked(a, c); });
  }

  private bench(c: Course, step: Step): object {
    const s = this.lab.store.state, scope = this.lab.scope, knobs: Record<string, number> = {};
    for (const name of Object.keys(step.apparatus?.knobs ?? {})) if (name in c.knobs) knobs[name] = c.knobs[name];
    return {
      preparation: s.preparation, stimuli: s.stimuli, duration: s.duration, prediction: c.predicted[c.step] ?? null,
      cursor: scope.at === null || !scope.answer ? null : scope.at * scope.answer.every, pinned: scope.pins.length, points: (c.points[c.step] ?? []).length,
      panels: s.open, knobs,
    };
  }

  private checked(a: Answer, c: Course): void {
    this.measured = a;
    const sure = c.done.includes(c.step);
    this.rows.forEach((row, k) => {
      const value = a.found[k];
      row.line.classList.toggle("holds", a.holds[k] || sure);
      row.value.textContent = typeof value === "number" ? show(value, 3) : value ?? "";
    });
    if (!a.done || sure) return;
    c.done.push(c.step);
    for (const row of this.rows) row.line.classList.add("holds");
    this.keep();
    this.mark();
    const question = this.lesson!.steps[c.step].question;
    const guess = this.lesson!.steps[c.step].phase === "predict";
    this.say(question && !this.answered(c.step) ? "Done; now the question." : guess ? "Noted. Let us see." : "Done.", "right");
  }
}

function number(label: string): HTMLInputElement { return el("input", { type: "text", inputmode: "decimal", class: "number", "aria-label": label, autocomplete: "off" }); }

/** HTML that the server made from Markdown, in which HTML is text. */
function rich(html: string): HTMLElement {
  const made = el("div", { class: "rich" });
  made.innerHTML = html;
  return made;
}
