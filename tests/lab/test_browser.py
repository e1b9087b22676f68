"""The page in a real browser: Debian's or Playwright's own Chromium, with the server of a user. Skips where there is none."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from browsing import AXE, SLIDER, Page
from served import end, start


def test_it_opens_with_a_train_of_spikes(page):
    assert page.reading("rest") == pytest.approx(-65.0, abs=0.01)
    assert page.reading("peak") == pytest.approx(40.4, abs=0.2)
    assert page.reading("count") == 6
    page.until("laboratory.threshold")
    page.settle()
    assert page.reading("threshold") == pytest.approx(6.92, abs=0.03)


def test_threshold_is_found_by_pushing_a_slider_through_it(page):
    page.page.click("role=tab[name=Stimulus]")
    page.type("stimulus.0.stop", 6)  # a pulse of 1 ms
    slider = page.page.locator(SLIDER.format("stimulus.0.amplitude"))
    page.type("stimulus.0.amplitude", 6)
    assert page.reading("count") == 0
    slider.focus()
    for _ in range(40):
        slider.press("ArrowRight")
        page.settle()
        if page.reading("count"):
            break
    found = page.js("laboratory.store.state.stimuli[0].amplitude")
    assert found == pytest.approx(6.92, abs=0.15)
    assert page.reading("peak") > 0


def test_dragging_a_slider_moves_the_whole_picture(page):
    before, runs, companions = (
        page.js("Array.from(laboratory.scope.answer.data.V)"),
        page.js("laboratory.runs"),
        page.js("laboratory.companions.count"),
    )
    box = page.page.locator(SLIDER.format("K.g")).bounding_box()
    mouse = page.page.mouse
    mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    mouse.down()
    for i in range(30):
        mouse.move(box["x"] + box["width"] / 3 + i, box["y"] + box["height"] / 2)
        page.page.wait_for_timeout(16)
    mouse.up()
    page.settle()
    assert page.js("laboratory.runs") > runs + 5
    assert page.js("laboratory.companions.count") > companions
    value = page.js("laboratory.store.state.preparation.set['K.g']")
    assert value > 40
    ghost = page.js("Array.from(laboratory.scope.ghost.data.V)")
    assert ghost == before  # what was there stays visible, paler
    assert page.page.locator(".row.changed .name", has_text="g").count() == 1
    page.page.click(".row.changed .back")
    page.settle()
    assert page.js("Array.from(laboratory.scope.answer.data.V)") == before
    assert page.page.locator(".row.changed").count() == 0


def test_a_number_is_dragged_by_its_name(page):
    box = page.page.locator(".row .name", has_text="T").first.bounding_box()
    mouse = page.page.mouse
    mouse.move(box["x"] + 8, box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] + 58, box["y"] + 8, steps=5)
    mouse.up()
    page.settle()
    one = page.js("laboratory.store.state.preparation.set.celsius") - 6.3
    assert one == pytest.approx(50 * 40 / 500, rel=0.05)
    page.page.keyboard.press("z")
    page.settle()
    page.page.keyboard.down("Shift")
    mouse.move(box["x"] + 8, box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] + 18, box["y"] + 8, steps=5)
    mouse.up()
    page.page.keyboard.up("Shift")
    assert page.js("laboratory.store.state.preparation.set.celsius") - 6.3 == pytest.approx(
        10 * 10 * 40 / 500, rel=0.05
    )


def test_undo_redo_and_the_address_hold_everything(page, chromium, lab):
    page.type("Na.g", 90)
    page.page.click("role=button[name='instant: K.n follows V at once']")
    page.settle()
    address, trace = page.page.url, page.js("Array.from(laboratory.scope.answer.data.V)")
    other = Page(chromium, address)
    assert other.js("Array.from(laboratory.scope.answer.data.V)") == trace
    assert other.js("laboratory.store.state") == page.js("laboratory.store.state")
    other.page.context.close()
    page.page.click("#undo")
    page.page.click("#undo")
    page.settle()
    assert page.js("JSON.stringify(laboratory.store.state.preparation.set)") == "{}"
    assert page.page.locator("#undo").is_disabled()
    page.page.click("#redo")
    page.settle()
    assert page.js("laboratory.store.state.preparation.set['Na.g']") == 90


@pytest.mark.parametrize("broken", ["#x", "#" + "A" * 200, "#eyJwcmVwYXJhdGlvbiI6eyJjZWxsIjoic3F1aWIifX0="])
def test_a_broken_address_opens_the_laboratory_as_it_is(chromium, lab, broken):
    opened = Page(chromium, lab.address + broken)
    assert opened.js("laboratory.store.state.preparation.cell") == "squid"
    opened.page.context.close()


def test_an_address_that_names_no_cell_leaves_a_way_on(chromium, lab):
    state = {
        "cell": "squib",
        "toml": "",
        "add": [],
        "remove": [],
        "set": {},
        "block": {},
        "freeze": [],
        "slow": {},
        "instant": [],
    }
    text = json.dumps({"preparation": state, "stimuli": [], "duration": 100, "y": "", "open": ["gates"]})
    opened = chromium.new_page()
    opened.goto(f"{lab.address}#{base64.b64encode(text.encode()).decode()}")
    opened.locator("#notice", has_text="did you mean 'squid'").wait_for()
    opened.click("role=button[name='open the squid axon: the laboratory as it is at first']")
    opened.locator("[data-reading=count] b", has_text="6").wait_for()
    assert not opened.is_visible("#notice")
    opened.close()


def test_every_number_is_seen_whole(page):
    clipped = """() => [...document.querySelectorAll('.number')].filter(b => b.scrollWidth > b.clientWidth).map(b => b.value)"""
    assert "-54.387" in page.js("[...document.querySelectorAll('.number')].map(b => b.value)")
    assert page.js(clipped) == []


def test_another_cell_has_no_before(page):
    page.type("K.g", 50)
    assert page.js("laboratory.scope.ghost !== null")
    page.page.select_option("#cell", "connor_stevens_1977")
    page.until("laboratory.scope.answer && 'KA.I' in laboratory.scope.answer.data")
    page.settle()
    assert page.js("laboratory.scope.ghost") is None


def test_a_cell_of_another_unit_gets_a_current_of_its_own(page):
    page.page.select_option("#cell", "rothman_manis_2003_type_i_c")
    page.until("document.title.startsWith('rothman') && laboratory.scope.answer")
    page.settle()
    assert page.js("laboratory.store.state.stimuli.map(s => s.amplitude)") == [100]  # pA
    page.page.reload()  # what the address says stays
    page.until("window.laboratory && laboratory.runs > 0")
    assert page.js("laboratory.store.state.stimuli.map(s => s.amplitude)") == [100]


def test_a_cell_that_never_rests_says_so_below_its_trace(page):
    page.page.select_option("#cell", "chay_keizer_1983")
    page.page.locator("#note", has_text="no stable resting state").wait_for()
    page.settle()
    assert page.page.is_hidden("#notice")
    assert "no stable resting state" in page.page.get_attribute("[data-reading=threshold]", "title")
    page.page.select_option("#cell", "squid")
    page.page.locator("#note:empty").wait_for(state="attached")
    page.settle()


def test_every_cell_of_the_library_can_be_chosen(page):
    for name in ("connor_stevens_1977", "morris_lecar_1981", "noble_1962", "wang_buzsaki_1996"):
        page.page.select_option("#cell", name)
        page.until(f"document.title.startsWith('{name}'.slice(0, 5)) && laboratory.scope.answer")
        page.settle()
        assert np.isfinite(page.js("Array.from(laboratory.scope.answer.data.V)")).all()
        assert page.page.locator(".panel").count() >= 3


def test_channels_come_and_go(page):
    page.page.click("role=button[name='remove K from the cell']")
    page.settle()
    assert "K.I" not in page.js("Object.keys(laboratory.scope.answer.data)")
    page.page.click("role=button[name='put back: put K back']")
    page.settle()
    page.page.select_option("select[aria-label='add a channel from the library']", "k_a_connor_stevens")
    page.until("laboratory.scope.answer && 'KA.I' in laboratory.scope.answer.data")
    page.settle()


def test_tetrodotoxin_silences_it(page):
    page.type("block.Na", 100)
    assert page.reading("count") == 0
    assert page.reading("peak") < -40


@pytest.mark.parametrize("kind", ["step", "pulses", "ramp", "sine", "chirp", "noise"])
def test_every_stimulus_is_drawn(page, kind):
    page.page.click("role=tab[name=Stimulus]")
    page.page.select_option("select[aria-label='kind of stimulus']", kind)
    page.settle()
    stimulus = np.array(page.js("Array.from(laboratory.scope.answer.data.stimulus)"))
    assert np.abs(stimulus).max() > 1
    assert page.page.locator("#notice").is_hidden()


def test_every_companion_is_drawn(page):
    for kind in ("Membrane", "Strength–duration", "Refractoriness", "Equations"):
        page.page.click(f"role=button[name='{kind}: show or hide']")
    page.settle()
    assert page.page.locator(".companion").count() == 7
    painted = page.painted(".companion canvas, .panel canvas")
    assert len(painted) == 10
    assert min(painted) > 500
    assert page.page.locator(".equation math").count() == 15
    assert "chronaxie" in page.page.inner_text(".companion[aria-label='Strength–duration']")


def test_the_cursor_reads_every_panel(page):
    box = page.page.locator(".panel .u-over").first.bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.until("laboratory.scope.at !== null")
    at = page.js("laboratory.scope.at * laboratory.scope.answer.every")
    assert at == pytest.approx(50, abs=0.3)
    assert page.reading("time") == pytest.approx(at, abs=0.01)
    values = page.page.locator(".key b").all_inner_texts()
    assert len(values) == 8
    assert all(values)


def test_zoom_by_dragging_and_back(page):
    box = page.page.locator(".panel .u-over").first.bounding_box()
    mouse = page.page.mouse
    mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40, steps=6)
    mouse.up()
    spans = page.js("laboratory.scope.panels.map(p => [p.plot.scales.x.min, p.plot.scales.x.max])")
    for low, high in spans:
        assert [low, high] == pytest.approx([20, 40], abs=0.5)
    page.page.keyboard.press("Escape")
    assert page.js("laboratory.scope.panels[0].plot.scales.x.max") == pytest.approx(100)


def test_pins_stay(page):
    page.page.keyboard.press("p")
    page.type("K.g", 60)
    page.page.keyboard.press("Escape")
    assert page.js("laboratory.scope.pins.length") == 1
    assert page.js("laboratory.scope.panels[0].plot.data.length") == 4  # time, pin, ghost, V


def test_what_is_taken_along(page):
    page.type("Na.g", 100)
    kept = {}
    for name in ("PNG", "SVG", "CSV", "TOML"):
        page.page.click("role=button[name='take along: pictures, numbers, the cell, the address (e)']")
        with page.page.expect_download() as caught:
            page.page.click(f".menu button:has-text('{name}')")
        kept[name] = Path(caught.value.path()).read_bytes()
        page.page.keyboard.press("Escape")
    assert kept["PNG"].startswith(b"\x89PNG")
    assert kept["SVG"].count(b"<path") >= 8
    assert kept["TOML"].decode().count("value = 100") == 1 or b"g = 100" in kept["TOML"]
    rows = kept["CSV"].decode().splitlines()
    assert rows[0].startswith("time (ms),V (mV)")
    assert len(rows) == 1602
    page.page.click("role=button[name='the same in Python']")
    assert "cell.with_({'Na.g': 100.0})" in page.page.inner_text("dialog pre")


def test_a_file_dropped_on_the_page_is_the_stimulus(page):
    drop = """text => { const d = new DataTransfer(); d.items.add(new File([text], 'recorded.csv'));
        document.dispatchEvent(new DragEvent('drop', {dataTransfer: d, bubbles: true, cancelable: true})); }"""
    page.page.evaluate(drop, "ms,uA\n0,0\n10,0\n20,30\n60,0\n")
    page.until("laboratory.store.state.stimuli[0].type === 'waveform'")
    page.settle()
    assert max(page.js("Array.from(laboratory.scope.answer.data.stimulus)")) == pytest.approx(30, abs=0.1)


def test_a_mistake_is_said_and_nothing_breaks(page):
    page.page.evaluate("laboratory.store.change(s => { s.preparation.set['Na.nonsense'] = 1; })")
    page.until("!document.getElementById('notice').hidden")
    assert "Na.nonsense" in page.page.inner_text("#notice")
    page.page.evaluate("laboratory.store.change(s => { delete s.preparation.set['Na.nonsense']; })")
    page.settle()
    assert page.page.locator("#notice").is_hidden()


def test_the_keyboard_is_enough(page):
    for key in ("t", "t", "s", "m", "?"):
        page.page.keyboard.press(key)
    assert page.page.locator("dialog").count() == 1
    page.page.keyboard.press("Escape")
    page.until("!document.querySelector('dialog')")
    page.page.keyboard.press("ArrowRight")
    assert page.js("laboratory.scope.at") == 2


def test_it_comes_back_after_the_server_did(chromium):
    served = start()
    port = served.host.rpartition(":")[2]
    opened = Page(chromium, served.address)
    end(served)
    opened.until("!laboratory.link.connected")
    served = start("--port", port)
    try:
        opened.until("laboratory.link.connected")
        runs = opened.js("laboratory.runs")
        opened.type("Na.g", 100)
        assert opened.js("laboratory.runs") > runs
    finally:
        opened.page.context.close()
        end(served)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(chromium, lab, theme):
    """axe-core, WCAG 2 A and AA; it comes with the tools of the page (cd web && npm ci)."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: cd web && npm ci")
    opened = Page(chromium, lab.address, bypass_csp=True, color_scheme=theme)
    for tab in ("Membrane", "Stimulus"):
        opened.page.click(f"role=tab[name={tab}]")
        assert opened.violations() == []
    opened.page.context.close()


@pytest.mark.browser  # needs the tools of the page, which .ci/run installs for those
def test_the_page_that_is_kept_is_what_its_source_makes(tmp_path):
    web = Path(__file__).parents[2] / "web"
    if not (web / "node_modules").is_dir() or not shutil.which("node"):
        pytest.skip("the tools of the page are not installed: cd web && npm ci")
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=web, check=True, capture_output=True)
    static = web.parent / "src/loligo/lab/static"
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (static / made.name).read_bytes(), f"{made.name}: cd web && npm run build"
    assert json.loads((web / "package-lock.json").read_text())["lockfileVersion"] >= 2
