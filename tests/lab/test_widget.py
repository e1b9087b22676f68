"""The laboratory in a notebook: the real widget and its session, the real page; between them a bridge in place of Jupyter's."""

import base64
import json
import queue
import time

import pytest

import loligo as lo
from loligo.errors import LoligoError, PathError
from loligo.lab.server import STATIC

anywidget = pytest.importorskip("anywidget", reason='anywidget is not installed: pip install ".[jupyter]"')

NOTEBOOK = """<!doctype html><html lang="en"><head><title>a notebook</title></head><body><div id="output"></div>
<script type="module">
import widget from "./widget.js";
const heard = [];
window.toKernel = [];
window.model = {
  state: STATE,
  get(name) { return this.state[name]; },
  set(name, value) { this.state[name] = value; window.toKernel.push({set: {[name]: value}}); },
  save_changes() {},
  send(content) { window.toKernel.push({custom: content}); },
  on(event, handler) { heard.push(handler); },
  off(event, handler) { heard.splice(heard.indexOf(handler), 1); },
};
window.fromKernel = (content, frames) => {
  const buffers = frames.map(f => new DataView(Uint8Array.from(atob(f), c => c.charCodeAt(0)).buffer));
  for (const handler of [...heard]) handler(content, buffers);
};
window.leave = widget.render({model: window.model, el: document.getElementById("output")});
</script></body></html>"""


class Kernel:
    """What Jupyter does between a widget and its page, by hand."""

    def __init__(self, chromium, widget, monkeypatch):
        self.widget, self.said = widget, queue.Queue()
        monkeypatch.setattr(widget, "send", lambda content, buffers=None: self.said.put((content, buffers or [])))
        self.problems = []
        self.page = chromium.new_context(viewport={"width": 1300, "height": 950}).new_page()
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.problems.append(str(e)))
        state = json.dumps({name: getattr(widget, name) for name in ("cell", "toml", "state", "height")})
        files = {"/": NOTEBOOK.replace("STATE", state), "/widget.js": (STATIC / "widget.js").read_text()}
        self.page.route("**/*", lambda route: self.serve(route, files))
        self.page.goto("http://notebook.test/")

    def serve(self, route, files):
        path = "/" + route.request.url.split("/", 3)[3]
        kind = "text/javascript" if path.endswith(".js") else "text/html"
        found = files.get(path)
        route.fulfill(status=200 if found else 404, body=found or "", content_type=kind)

    def pump(self):
        for message in self.page.evaluate("window.toKernel ? window.toKernel.splice(0) : []"):
            if "custom" in message:
                self.widget._line.heard(None, message["custom"], [])
            for name, value in message.get("set", {}).items():
                setattr(self.widget, name, value)
        while not self.said.empty():
            content, buffers = self.said.get()
            frames = [base64.b64encode(b).decode() for b in buffers]
            self.page.evaluate("([content, frames]) => window.fromKernel(content, frames)", [content, frames])

    @property
    def frame(self):
        return self.page.frames[-1]

    def until(self, condition, seconds=60):
        stop = time.monotonic() + seconds
        while not self.frame.evaluate(f"!!({condition})"):
            assert time.monotonic() < stop, f"never came true: {condition}; {self.problems}"
            self.pump()
            self.page.wait_for_timeout(10)


@pytest.fixture
def kernel(chromium, monkeypatch):
    made = Kernel(chromium, lo.lab("squid"), monkeypatch)
    yield made
    assert made.problems == []
    made.page.context.close()


def test_the_page_is_furnished_and_runs_in_the_kernel(kernel):
    kernel.until("window.laboratory && laboratory.runs > 0 && laboratory.companions.count >= 3")
    assert kernel.frame.inner_text("[data-reading=count] b") == "6"
    kernel.frame.evaluate(
        "laboratory.store.change(s => { s.preparation.set['Na.g'] = 60; }); laboratory.store.commit()"
    )
    kernel.until("laboratory.link.lanes.get('run').sent === 0 && !laboratory.link.lanes.get('run').next")
    kernel.until("true")
    kernel.pump()
    assert kernel.widget.cell_now.parameters["Na.g"].value == 60
    assert "with_({'Na.g': 60.0})" in kernel.widget.python
    assert "duration=100.0" in kernel.widget.python


def test_a_notebook_that_is_opened_again_shows_what_was_there(kernel, chromium, monkeypatch):
    kernel.until("window.laboratory && laboratory.runs > 0")
    kernel.frame.evaluate("laboratory.store.change(s => { s.view = 'axon'; }, true); laboratory.store.commit()")
    kernel.until("laboratory.views.axon.count > 0")
    kernel.pump()
    other = Kernel(chromium, lo.lab.widget("squid"), monkeypatch)
    other.page.context.close()
    again = lo.lab("squid")
    again.state = kernel.widget.state
    second = Kernel(chromium, again, monkeypatch)
    second.until("window.laboratory && laboratory.views.axon.count > 0")
    assert second.frame.locator("#axon").is_visible()
    second.page.evaluate("window.leave()")
    second.pump()
    second.page.context.close()
    assert second.problems == []


def test_a_cell_of_ones_own_is_shown(chromium, monkeypatch):
    mine = lo.cells.squid().with_({"K.g": 30.0})
    made = Kernel(chromium, lo.lab(mine), monkeypatch)
    made.until("window.laboratory && laboratory.runs > 0")
    assert made.frame.locator(".number[data-key='K.g']").input_value() == "30"
    assert made.widget.cell_now.parameters["K.g"].value == 30
    made.page.context.close()


def test_it_can_be_called_and_named(monkeypatch):
    assert lo.lab("squid").cell == "squid"
    assert callable(lo.lab.serve)
    with pytest.raises(PathError, match="did you mean 'squid'"):
        lo.lab("squit")
    with pytest.raises(LoligoError, match="give a cell"):
        lo.lab(3)


def test_what_is_no_message_of_ours_is_passed_over():
    line = lo.lab("squid")._line
    for nonsense in (None, 3, {}, {"view": 1}, {"view": "a", "type": "ask"}, {"view": "a", "type": "ask", "text": 7}):
        line.heard(None, nonsense, [])
    assert line.sessions == {}


def test_without_the_extra_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("loligo.lab.find_spec", lambda name: None)
    with pytest.raises(LoligoError, match=r"loligo\[jupyter\]"):
        lo.lab("squid")
