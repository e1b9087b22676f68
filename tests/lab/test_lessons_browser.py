"""Every lesson, taken in a real browser from its goal to its end by what a student would do: type, press, point."""

import numpy as np
import pytest
from browsing import AXE, Page

from loligo.lab import lessons as L
from loligo.lab.classroom import own_numbers

PANELS = {"rates": "f–I curve", "durations": "Strength–duration", "recovery": "Refractoriness", "plane": "Phase plane"}


class Student:
    """Somebody at a page, who does what the targets of a lesson's checks say."""

    def __init__(self, page, lesson):
        self.page, self.lesson = page, lesson
        page.page.set_default_timeout(8_000)

    def press(self, name, within="#lesson"):
        self.page.page.locator(within).get_by_role("button", name=name, exact=True).first.click()

    def begin(self):
        self.page.page.keyboard.press("l")
        self.page.page.locator(f"[data-lesson={self.lesson.name}]").click()
        self.page.until(f"laboratory.lessons.lesson?.name === '{self.lesson.name}'")
        self.seed = self.page.js("laboratory.lessons.course.seed")
        self.press("begin: set up the bench")

    def settle(self):
        self.page.settle()
        self.page.until("!laboratory.lessons.timer")
        self.page.settle()

    def take(self, place, step):
        self.page.until(f"laboratory.lessons.course.step === {place}")
        self.settle()
        for check in step.checks:
            for path, value in (check.target or {}).items():
                self.do(path, value)
        if step.checks:
            self.page.until(f"laboratory.lessons.course.done.includes({place})", 15)
            assert self.page.page.locator("#lesson .checks li:not(.holds)").count() == 0
        if step.question:
            self.answer(step)

    def answer(self, step):
        own = own_numbers(step, self.seed)
        right = L.solve(step.question, own).value
        wrong = right * 1.7 + 3
        verdict = self.page.page.locator("#lesson .verdict")
        box = self.page.page.get_by_label("your answer", exact=True)
        for value, state in ((wrong, "wrong"), (right, "right")):
            box.fill(f"{value:.6g}".replace("-", "−"))
            box.press("Enter")
            self.page.page.locator(f"#lesson .verdict.{state}").wait_for()
            assert verdict.inner_text()

    def do(self, path, value):
        head, _, rest = path.partition(".")
        page = self.page
        if path == "prediction":
            page.page.get_by_label("your guess", exact=True).fill(str(value))
            self.press("take this as my guess")
        elif path == "cursor":
            self.settle()
            page.js("laboratory.lessons.measured = null")
            box = page.page.locator(".panel .u-over").first.bounding_box()
            x = box["width"] * value / page.js("laboratory.store.state.duration")
            page.page.mouse.move(box["x"] + x, box["y"] + 30)
            page.until("laboratory.scope.at !== null && laboratory.lessons.measured")
        elif path == "pinned":
            for _ in range(value):
                page.page.locator("#lesson h2").focus()
                page.page.keyboard.press("p")
                step = page.js("laboratory.store.state.stimuli[0].amplitude")
                self.number("stimulus.0.amplitude", step + 0.1)
        elif path == "points":
            x, y = (page.page.locator(".points .ask .number").nth(i) for i in (0, 1))
            for i in range(1, value + 1):
                x.fill(str(i))
                y.fill(str(i**2))
                y.press("Enter")
        elif path == "panels":
            for panel in value:
                if not page.js("p => laboratory.store.state.open.includes(p)", panel):
                    page.page.click(f"role=button[name='{PANELS[panel]}: show or hide']")
        elif path == "knobs":
            for knob, to in value.items():
                self.number(f"knob.{knob}", to)
        elif path == "cell":
            page.page.select_option("#cell", value)
            page.until(f"laboratory.cell.name === '{value}'")
            self.settle()
        elif path == "duration":
            self.number("duration", value)
        elif head == "stimulus":
            self.stimulus(0, rest, value)
        elif head == "stimuli":
            place, _, name = rest.partition(".")
            self.stimulus(int(place), name, value)
        elif head == "block":
            self.number(path, 100 * value)
        elif head == "remove":
            page.page.click("role=tab[name=Membrane]")
            page.page.click(f"role=button[name='put back: put {rest} back']")
            self.settle()
        else:
            self.number(path, value)

    def stimulus(self, place, name, value):
        self.number(f"stimulus.{place}.{name}", value)

    def number(self, key, value):
        if not key.startswith("knob."):
            tab = "Stimulus" if key.startswith(("stimulus.", "duration")) else "Membrane"
            self.page.page.click(f"role=tab[name={tab}]")
        box = self.page.page.locator(f".number[data-key='{key}']")
        if not box.is_visible():
            box.evaluate("e => { e.closest('details').open = true; }")
        box.fill(str(value))
        box.press("Enter")
        self.settle()


@pytest.mark.parametrize("name", L.names())
def test_a_lesson_is_taken_from_its_goal_to_its_end(page, name):
    lesson = L.load(name)
    student = Student(page, lesson)
    student.begin()
    for place, step in enumerate(lesson.steps):
        student.take(place, step)
        page.page.click("#lesson [data-role=next]")
    page.page.locator(f".index .over [data-lesson={name}]").wait_for()
    assert f'"finished":["{name}"]' in page.js("atob(location.hash.slice(1))")
    page.settle()


def test_an_explanation_opens_when_its_question_is_answered(page):
    lesson = L.load("nernst")
    student = Student(page, lesson)
    student.begin()
    at = next(i for i, s in enumerate(lesson.steps) if s.phase == "explain")
    asked = next(i for i, s in enumerate(lesson.steps) if s.question)
    page.page.locator("#lesson .step").nth(at + 1).click()
    assert "tenfold" not in page.page.inner_text("#lesson")
    page.page.click(f"role=button[name='go to the question of step {asked + 1}']")
    student.answer(lesson.steps[asked])
    page.page.locator("#lesson .step").nth(at + 1).click()
    assert "tenfold" in page.page.inner_text("#lesson")


def test_what_stands_below_a_question_is_shown_once_it_is_answered(page):
    lesson = L.load("length_constant")
    student = Student(page, lesson)
    student.begin()
    at, step = next((i, s) for i, s in enumerate(lesson.steps) if s.after)
    page.page.locator("#lesson .step").nth(at + 1).click()
    after = page.page.locator("#lesson [data-role=after]")
    assert after.is_hidden()
    student.answer(step)
    assert after.is_visible() and "a root" in after.inner_text()


def test_mistakes_get_their_hint_and_the_answer_is_shown_after_three(page):
    lesson = L.load("nernst")
    student = Student(page, lesson)
    student.begin()
    asked = next(i for i, s in enumerate(lesson.steps) if s.question)
    step = lesson.steps[asked]
    page.page.locator("#lesson .step").nth(asked + 1).click()
    right = L.solve(step.question, own_numbers(step, student.seed)).value
    said = []
    box, verdict = page.page.get_by_label("your answer", exact=True), page.page.locator("#lesson .verdict")
    show = page.page.get_by_role("button", name="show the answer")
    assert show.is_hidden()
    for value in (-right, right / np.log(10), right / 1000):
        before = verdict.inner_text() if said else ""
        box.fill(f"{value:.5g}")
        page.page.click("role=button[name='check my answer']")
        page.until(f"!['', 'measuring …', {before!r}].includes(document.querySelector('#lesson .verdict').textContent)")
        said.append(verdict.inner_text())
    assert said == [step.question.hints[kind] for kind in ("wrong_sign", "common_logarithm", "factor_1000")]
    show.click()
    page.page.locator("#lesson .verdict", has_text="The answer is").wait_for()
    assert float(verdict.inner_text().split()[3].replace("−", "-")) == pytest.approx(right, rel=1e-3)


def test_the_address_keeps_a_lesson_and_undo_does_not_take_it_back(page, chromium, lab):
    student = Student(page, L.load("threshold"))
    student.begin()
    student.take(0, student.lesson.steps[0])
    page.page.click("#lesson [data-role=next]")
    student.take(1, student.lesson.steps[1])
    other = Page(chromium, page.page.url)
    other.until("laboratory.lessons.lesson")
    assert other.js("laboratory.lessons.course") == page.js("laboratory.lessons.course")
    assert other.page.locator("#lesson .step.done").count() == 2
    other.page.context.close()
    page.page.keyboard.press("Escape")
    page.page.click("#undo")
    student.settle()
    assert page.js("laboratory.lessons.course.done") == [0, 1]


def test_a_lesson_begins_on_a_scope_that_stands_still(page):
    """Whatever was open before: another view, a scope that runs."""
    page.page.keyboard.press("r")
    page.until("laboratory.running.on")
    student = Student(page, L.load("threshold"))
    student.begin()
    page.until("!laboratory.running.on && laboratory.store.state.duration === 30")
    student.settle()
    page.page.keyboard.press("2")
    page.until("laboratory.store.state.view === 'clamp'")
    student.press("set up: put the bench back as the lesson began")
    page.until("laboratory.store.state.view === ''")
    student.settle()
    student.take(0, student.lesson.steps[0])


def test_a_lesson_is_closed_and_opened_with_the_keyboard(page):
    page.page.keyboard.press("l")
    page.page.locator("[data-lesson=nernst]").focus()
    page.page.keyboard.press("Enter")
    page.page.locator("#lesson h2", has_text="Nernst").wait_for()
    assert page.js("document.activeElement.tagName") == "H2"
    page.page.keyboard.press("Escape")
    assert page.page.is_hidden("#lesson")
    assert page.js("document.activeElement.id") == "lessons"
    page.page.keyboard.press("l")
    assert "Nernst" in page.page.inner_text("#lesson h2")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lessons_are_accessible(chromium, lab, theme):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: cd web && npm ci")
    opened = Page(chromium, lab.address, bypass_csp=True, color_scheme=theme)
    opened.page.keyboard.press("l")
    opened.page.locator("[data-lesson=voltage_clamp]").wait_for()
    assert opened.violations() == []
    student = Student(opened, L.load("voltage_clamp"))
    opened.page.keyboard.press("l")
    student.begin()
    for place in range(len(student.lesson.steps)):
        opened.js("i => laboratory.lessons.go(i)", place)
        student.settle()
        assert opened.violations() == []
    opened.page.context.close()
