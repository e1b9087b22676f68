"""How quick is the laboratory? A slider dragged in a real browser, with a mouse event every 16 ms.

    pip install -e ".[browser]"          # and a chromium
    python benchmarks/lab.py [--seconds 4] [--pages 5]

Prints the time to the first picture, with a warm kernel cache. Then, for the home screen (100 ms of V, gates, currents)
alone and with f-I curve, phase plane and curves beside it: complete updates per second, and the time from a mouse event
to the new picture (the frame in which the trace computed for it is drawn), median and 95th percentile. Then the same
drag in one of several pages, while the others move too.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright

WATCH = """() => {
  const lab = window.laboratory, companions = lab.companions.count;
  const seen = window.seen = {delays: [], updates: 0, companions};
  const slider = document.querySelector("input[type=range][data-key='K.g']");
  let asked = null;
  slider.addEventListener('input', () => { asked ??= performance.now(); }, true);
  const link = lab.link, ask = link.flush.bind(link);
  const flight = new Map();
  link.flush = kind => {
    const before = link.number;
    ask(kind);
    if (kind === 'run' && link.number !== before) { flight.set(link.number, asked ?? performance.now()); asked = null; }
  };
  const drawn = lab.drawn.bind(lab);
  lab.drawn = answer => {
    drawn(answer);
    const from = flight.get(answer.id);
    flight.delete(answer.id);
    seen.updates++;
    if (from !== undefined) requestAnimationFrame(() => seen.delays.push(performance.now() - from));
  };
}"""


MOVE = """() => setInterval(() => laboratory.store.change(s => {
  s.preparation.set['K.g'] = 30 + 10 * Math.random(); }), 16)"""


def ready(page, condition: str = "window.laboratory && laboratory.runs > 0") -> None:
    while not page.evaluate(f"!!({condition})"):  # the page forbids eval, and so Playwright's own way to wait
        page.wait_for_timeout(5)


def opened(browser, address: str, companions: bool):
    page = browser.new_context(viewport={"width": 1500, "height": 920}).new_page()
    page.goto(address)
    ready(page)
    beside = "['rates', 'plane', 'curves']" if companions else "[]"
    page.evaluate(f"laboratory.store.change(s => {{ s.open = ['gates', 'currents', ...{beside}]; }}, true)")
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    return page


def drag(page, seconds: float) -> dict[str, float]:
    """Drag to and fro; the time of each event is kept, whatever the picture does."""
    box = page.locator("input[type=range][data-key='K.g']").bounding_box()
    x, y, wide = box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2, 0.3 * box["width"]
    page.mouse.move(x, y)
    page.mouse.down()
    start, moves = time.perf_counter(), 0
    while (now := time.perf_counter() - start) < seconds:
        part = now % 2 if now % 2 < 1 else 2 - now % 2
        page.mouse.move(x + wide * part, y)
        moves += 1
        rest = moves * 0.016 - (time.perf_counter() - start)
        if rest > 0:
            time.sleep(rest)
    took = time.perf_counter() - start
    seen = page.evaluate("window.seen")
    page.mouse.up()
    delays = sorted(seen["delays"])
    count = page.evaluate("laboratory.companions.count") - seen["companions"]
    return {
        "moves/s": moves / took,
        "updates/s": seen["updates"] / took,
        "companions/s": count / took,
        "median ms": delays[len(delays) // 2] if delays else float("nan"),
        "95 % ms": delays[int(0.95 * len(delays))] if delays else float("nan"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--pages", type=int, default=5)
    options = parser.parse_args()
    command = [sys.executable, "-m", "loligo", "lab", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = re.search(r"http://\S+", server.stdout.readline())[0]
    try:
        with sync_playwright() as p:
            found = shutil.which("chromium") or shutil.which("google-chrome")
            browser = p.chromium.launch(executable_path=found, args=["--no-sandbox"])
            page = browser.new_page()
            start = time.perf_counter()
            page.goto(address)
            shown = time.perf_counter() - start
            ready(page)
            took = time.perf_counter() - start
            print(f"first paint {shown:.2f} s, first trace {took:.2f} s, from a server just started")
            page.close()
            for name, companions in (("home screen", False), ("with f-I curve, phase plane, curves", True)):
                page = opened(browser, address, companions)
                report(name, drag(page, options.seconds))
                page.context.close()
            pages = [opened(browser, address, companions=False) for _ in range(options.pages)]
            start = time.perf_counter()
            for page in pages[1:]:  # the others move by themselves
                page.evaluate(MOVE)
            report(f"one of {options.pages} pages, all in motion", drag(pages[0], options.seconds))
            browser.close()
    finally:
        server.terminate()
        server.wait()


def report(name: str, numbers: dict[str, float]) -> None:
    print(f"{name}: " + ", ".join(f"{k} {v:.1f}" for k, v in numbers.items()))


if __name__ == "__main__":
    main()
