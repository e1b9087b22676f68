"""The page in a real browser, and what went wrong on it."""

import shutil
import time
from pathlib import Path

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SLIDER = "input[type=range][data-key='{}']"


class Page:
    """A page with the laboratory, and what went wrong on it."""

    def __init__(self, chromium, address, **options):
        self.problems, self.elsewhere = [], []
        context = chromium.new_context(viewport={"width": 1500, "height": 920}, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = context.new_page()
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.problems.append(str(e)))
        host = address.split("/")[2]
        self.page.on(
            "request", lambda r: self.elsewhere.append(r.url) if host not in r.url and r.url[:4] == "http" else None
        )
        self.page.goto(address)
        self.until("window.laboratory && laboratory.runs > 0 && laboratory.companions.count >= 3")

    def until(self, condition, seconds=60):
        """The page forbids eval to itself, and so to Playwright's own way to wait."""
        stop = time.monotonic() + seconds
        while not self.page.evaluate(f"!!({condition})"):
            assert time.monotonic() < stop, f"never came true: {condition}; {self.problems}"
            self.page.wait_for_timeout(25)

    def settle(self):
        """Wait until nothing is under way."""
        self.until("[...laboratory.link.lanes.values()].every(l => !l.sent && !l.next)")

    def js(self, text, *arguments):
        return self.page.evaluate(text, *arguments)

    def reading(self, key):
        text = self.page.inner_text(f"[data-reading={key}] b").replace("−", "-")
        return float("nan") if text == "–" else float(text)

    def type(self, key, value):
        box = self.page.locator(f".number[data-key='{key}']")
        box.fill(str(value))
        box.press("Enter")
        self.settle()

    def violations(self):
        """What axe-core finds, WCAG 2 A and AA; the page has to have been opened with `bypass_csp`."""
        self.page.add_script_tag(path=str(AXE))
        found = self.js("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
        return [
            (v["id"], [n["html"][:120] + str(n["any"][:1])[:300] for n in v["nodes"][:3]]) for v in found["violations"]
        ]

    def painted(self, selector):
        """How many pixels of each canvas have something on them."""
        return self.js(
            """s => [...document.querySelectorAll(s)].map(c => {
                const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
                let n = 0;
                for (let i = 3; i < d.length; i += 4) if (d[i]) n++;
                return n; })""",
            selector,
        )


def launched(p):
    """Debian's or Playwright's own Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return p.chromium.launch(executable_path=found, args=["--no-sandbox"])
