"""The views beside the scope, the scope that runs freely, and what is drawn by hand, in a real browser."""

import io
from pathlib import Path

import numpy as np
import pytest
from browsing import AXE, SLIDER, Page


@pytest.fixture
def quiet(chromium, lab):
    """A page with nothing beside the scope, so that little has to be drawn."""
    opened = Page(chromium, lab.address)
    opened.js("laboratory.store.change(s => { s.open = ['gates', 'currents']; }, true)")
    opened.settle()
    yield opened
    assert opened.problems == []
    opened.page.context.close()


def go(page, view):
    page.page.click(f"role=button[name='{view}: go there']")


def drag(page, selector, by, start=None):
    box = page.page.locator(selector).first.bounding_box()
    x, y = box["x"] + (start[0] if start else box["width"] / 2), box["y"] + (start[1] if start else box["height"] / 2)
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + by[0], y + by[1], steps=8)
    page.page.mouse.up()
    page.settle()


def test_a_poke_fires_a_scope_that_runs(quiet):
    """7 µA/cm² for 1 ms is just above the threshold of the squid (6.92); half of it is not."""
    quiet.js("laboratory.store.change(s => { s.poke.amplitude = 3.5; s.poke.speed = 200; })")
    quiet.page.keyboard.press("r")
    quiet.until("laboratory.running.on && laboratory.scope.answer.kind === 'sweep'")
    quiet.page.click("role=button[name^='poke']")
    at = quiet.js("laboratory.running.shown")
    quiet.until(f"laboratory.running.shown > {at + 80}")  # the ringing after it has died away
    assert quiet.reading("peak") < -50
    quiet.js("laboratory.store.change(s => { s.poke.amplitude = 7.2; })")
    quiet.page.keyboard.press("k")
    quiet.until("Math.max(...laboratory.scope.answer.data.V.filter(v => v === v)) > 30")
    quiet.page.click("role=button[name^='❚❚ hold']")
    quiet.until("!laboratory.running.on")
    quiet.settle()
    assert quiet.reading("count") == 6  # the run of the stimulus editor is back


def test_a_running_scope_follows_the_sliders(quiet):
    quiet.js("laboratory.store.change(s => { s.poke.hold = 10; s.poke.speed = 300; })")
    quiet.page.keyboard.press("r")
    quiet.until("laboratory.running.spikes.length > 4")
    rate = quiet.reading("rate")
    assert rate == pytest.approx(68, abs=3)  # the squid at 10 µA/cm²
    box = quiet.page.locator(".number[data-key='celsius']")
    box.fill("12")
    box.press("Enter")
    quiet.until("laboratory.running.spikes.length > 12")
    quiet.page.wait_for_timeout(300)
    assert quiet.reading("rate") > 1.3 * rate
    quiet.page.keyboard.press("r")


def test_a_current_drawn_by_hand_goes_in(quiet):
    quiet.page.click("role=tab[name=Stimulus]")
    quiet.page.click("role=button[name='remove this stimulus']")
    quiet.page.click("role=button[name='draw: add a stimulus, by hand']")
    quiet.settle()
    drag(quiet, ".strip", (60, 0), start=(60, 20))
    values = quiet.js("laboratory.store.state.stimuli[0].values")
    assert max(values) > 10
    assert values[0] == values[-1] == 0
    assert max(quiet.js("Array.from(laboratory.scope.answer.data.stimulus)")) == pytest.approx(max(values), abs=0.2)
    assert quiet.reading("count") > 0
    quiet.page.locator(".strip").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        quiet.page.keyboard.press(key)
    assert quiet.js("laboratory.store.state.stimuli[0].values[1]") == 2


def test_a_file_with_a_mistake_is_refused_with_its_reason(page):
    drop = """text => { const d = new DataTransfer(); d.items.add(new File([text], 'recorded.csv'));
        document.dispatchEvent(new DragEvent('drop', {dataTransfer: d, bubbles: true, cancelable: true})); }"""
    for text, says in (
        ("ms,uA\n0,1\n0,2\n", "must rise"),
        ("a\nb\nc\n", "two columns"),
        ("0,1\n6000,1\n", "at most 5000"),
    ):
        page.page.evaluate(drop, text)
        page.until("!document.getElementById('notice').hidden")
        page.until(f"document.getElementById('notice').textContent.includes('{says}')")


def test_concentrations_and_reversal_potentials_move_one_another(page):
    page.page.click("role=button[name='mM: K: reversal potential from concentrations']")
    page.settle()
    out, inside = page.js("laboratory.store.state.ions.K")
    assert out == 20
    assert 8.314462618 * 279.45 / 96.48533212 * np.log(out / inside) == pytest.approx(-77, abs=1e-6)
    assert page.js("Object.keys(laboratory.store.state.preparation.set).length") == 0  # nothing moved by that
    page.type("K.out", 40)
    assert page.js("laboratory.store.state.preparation.set['K.E']") == pytest.approx(-77 + 24.08 * np.log(2), abs=0.02)
    assert float(page.page.locator(".number[data-key='K.E']").input_value()) == pytest.approx(-60.3, abs=0.05)
    page.type("K.E", -77)
    assert page.js("laboratory.store.state.ions.K[0]") == pytest.approx(20, rel=1e-4)
    page.type("celsius", 16.3)  # Nernst's potential is in proportion to T
    assert page.js("laboratory.store.state.preparation.set['K.E']") == pytest.approx(-77 * 289.45 / 279.45, abs=0.01)


def test_driving_forces_are_v_less_the_reversal_potential(page):
    page.page.click("role=button[name='driving forces: show or hide']")
    page.settle()
    v, force = (np.array(page.js(f"Array.from(laboratory.scope.answer.data['{p}'])")) for p in ("V", "Na.force"))
    assert np.abs(force - (v - 50)).max() < 1e-3
    assert page.page.locator(".panel[aria-label='Driving forces over time']").count() == 1


def test_the_membrane_opens_with_its_gates(page):
    page.page.click("role=button[name='Membrane: show or hide']")
    page.settle()
    page.until("document.querySelectorAll('.membrane .pore').length > 20")
    count = "document.querySelectorAll('.membrane .pore.open').length"
    v = np.array(page.js("Array.from(laboratory.scope.answer.data.V)"))
    page.js(f"laboratory.scope.point({int(v.argmax()) + 6})")
    at_peak = page.js(count)
    page.js("laboratory.scope.point(10)")
    at_rest = page.js(count)
    assert at_peak > at_rest
    text = page.page.locator(".membrane .who").all_text_contents()
    assert text == ["Na", "K", "leak"]
    moving = page.js("laboratory.companions.picture.steps")
    page.until(f"laboratory.companions.picture.steps > {moving} + 3")


def test_a_symbol_tells_what_it_is_and_leads_to_its_slider(page):
    page.page.click("role=button[name='Equations: show or hide']")
    page.settle()
    symbols = page.js("[...new Set([...document.querySelectorAll('.equation [data-path]')].map(e => e.dataset.path))]")
    for path in (
        "V",
        "Na.g",
        "Na.E",
        "Na.m",
        "K.n",
        "K.n.alpha",
        "Na.phi",
        "celsius",
        "capacitance",
        "stimulus",
        "K.I",
    ):
        assert path in symbols
    page.js("document.querySelector('.equation').scrollIntoView()")
    page.page.locator(".equation [data-path='Na.g']").first.hover()
    assert "Na.g = 120 mS/cm²" in page.page.inner_text(".tip")
    assert "Hodgkin" in page.page.inner_text(".tip")
    page.js("laboratory.scope.point(0)")
    page.page.locator(".equation [data-path='K.n.alpha']").first.hover()
    alpha = float(page.page.inner_text(".tip b").split("=")[1].split()[0])
    assert alpha == pytest.approx(0.0582, abs=0.001)  # equation 12 at -65 mV
    page.page.click("role=tab[name=Stimulus]")
    page.page.locator(".equation [data-path='K.g']").first.click()
    assert page.js("document.activeElement.dataset.key") == "K.g"


def test_what_carries_the_current_stands_out(page):
    page.page.click("role=button[name='Equations: show or hide']")
    page.settle()
    current = {p: np.array(page.js(f"Array.from(laboratory.scope.answer.data['{p}.I'])")) for p in ("Na", "K")}
    for at in (int(np.argmin(current["Na"])), int(np.argmax(current["K"]))):
        page.js(f"laboratory.scope.point({at})")
        most = max(current, key=lambda p: abs(current[p][at]))
        assert most in page.page.inner_text(".equation.most").replace("\n", "")


def test_the_clamp_bench_draws_every_protocol_and_the_fit_as_it_is_made(page):
    go(page, "Voltage clamp")
    page.until("laboratory.views.clamp.count >= 4")
    page.until("laboratory.views.clamp.fitting.fits.length >= 2")
    assert page.js("laboratory.views.clamp.fitting.running")  # one sees it growing
    page.until("!laboratory.views.clamp.fitting.running", 60)
    assert page.js("laboratory.views.clamp.fitting.fits.length") == 18
    painted = page.painted("#clamp canvas")
    assert len(painted) == 11
    assert min(painted) > 500
    assert "reverses at −77 mV" in page.page.inner_text("article[aria-label='Tail currents']")
    page.page.click("role=tab[name='Membrane']")
    before = page.js("laboratory.views.clamp.answers.family.data.I[900]")
    page.type("Na.g", 60)
    page.until("laboratory.views.clamp.fitting.fits.length < 18")
    assert page.js("laboratory.views.clamp.answers.family.data.I[900]") != before
    go(page, "Scope")
    page.settle()
    assert page.page.locator("#scope").is_visible()
    assert page.reading("peak") < 38


def test_an_axon_carries_impulses_that_collide(page):
    go(page, "Axon")
    page.until("laboratory.views.axon.count >= 1")
    page.settle()
    assert page.js("laboratory.views.axon.velocity()") == pytest.approx(12.3, abs=0.3)  # HH 1952 at 6.3 °C
    painted = page.painted("#axon canvas")
    assert len(painted) == 3
    assert min(painted) > 2000
    page.type("celsius", 18.5)
    page.until("Math.abs(laboratory.views.axon.velocity() - 18.7) < 0.3")
    page.page.click("role=button[name^='both ends']")
    page.settle()
    arrival = np.array(page.js("Array.from(laboratory.views.axon.answer.data.arrival)"))
    assert arrival.argmax() == pytest.approx(120, abs=2)
    x = page.js("laboratory.store.state.axon.marks[0]")
    drag(page, ".pin.mark-1", (120, 0))
    assert page.js("laboratory.store.state.axon.marks[0]") > x + 3
    page.page.click("role=button[name^='play']")
    at = page.js("laboratory.views.axon.time")
    page.until(f"laboratory.views.axon.time !== {at}")
    page.page.click("role=button[name='hold']")


def test_myelin_is_put_on_and_taken_off(page):
    go(page, "Axon")
    page.settle()
    page.page.click("role=button[name^='myelin']")
    page.until("laboratory.views.axon.answer && laboratory.views.axon.answer.nodes.length > 10")
    page.settle()
    velocity = page.js("laboratory.views.axon.velocity()")
    assert 5 < velocity < 60
    page.page.click("role=button[name^='myelin']")
    page.until("laboratory.views.axon.answer.nodes.length === 0")
    page.settle()
    assert page.js("laboratory.store.state.axon.diameter") == 476


def shown_python(page):
    """The lines that the page shows, carried out: the test's own doing."""
    page.page.click("role=button[name='the same in Python']")
    text = page.page.inner_text("dialog pre")
    page.page.keyboard.press("Escape")
    space = {}
    exec("\n".join(line for line in text.splitlines() if not line.startswith("lo.plot")), space)
    return space


def test_the_python_of_the_bench_does_what_it_shows(page):
    page.type("K.g", 30)
    go(page, "Voltage clamp")
    page.until("laboratory.views.clamp.count >= 4")
    page.settle()
    made = shown_python(page)
    for name in ("Na", "K"):
        mine = made["family"]["I_clamp"].values - made[f"without_{name}"]["I_clamp"].values
        shown = np.array(page.js(f"Array.from(laboratory.views.clamp.answers.family.data['{name}.I'])"))
        assert np.abs(mine[:, ::5].ravel() - shown).max() < 1e-3 * np.abs(shown).max()
    assert made["tails"].attrs["reversal"] == pytest.approx(
        page.js("laboratory.views.clamp.answers.tails.reversal"), abs=1e-9
    )
    assert made["inactivation"].attrs["half"] == pytest.approx(
        page.js("laboratory.views.clamp.answers.prepulse.half"), abs=1e-9
    )


@pytest.mark.parametrize("myelin", [False, True])
def test_the_python_of_the_axon_does_what_it_shows(page, myelin):
    go(page, "Axon")
    if myelin:
        page.page.click("role=button[name^='myelin']")
    page.page.click("role=button[name^='both ends']")
    page.until(
        f"laboratory.views.axon.answer && (laboratory.views.axon.answer.nodes.length > 0) === {str(myelin).lower()}"
    )
    page.settle()
    ds = shown_python(page)["ds"]
    answer = "laboratory.views.axon.answer"
    shown = np.array(page.js(f"Array.from({answer}.data.V)")).reshape(401, 241)
    x = 1e3 * np.array(page.js(f"Array.from({answer}.data.x)"))
    mine = np.array([np.interp(x, ds.x.values, row) for row in ds.V.values])
    assert np.abs(mine - shown)[:, 5:-5].max() < (0.01 if myelin else 1.0)  # between compartments, a straight line


def test_each_panel_is_saved_as_a_picture(page):
    page.page.click("role=button[name='Membrane: show or hide']")
    page.settle()
    for title, begins in (("Phase plane", b"\x89PNG"), ("Membrane", b"<svg")):
        page.page.hover(f".companion[aria-label='{title}'] h3")
        with page.page.expect_download() as caught:
            page.page.click(f"role=button[name='save as a picture: {title}']")
        assert Path(caught.value.path()).read_bytes().startswith(begins)


def test_a_view_is_in_the_address_and_older_addresses_are_understood(page, chromium, lab):
    go(page, "Voltage clamp")
    page.type("clamp.hold", -90)
    address = page.page.url
    other = chromium.new_page()
    other.goto(address)
    other.locator("#clamp").wait_for()
    assert other.evaluate("laboratory.store.state.clamp.hold") == -90
    other.close()
    old = page.js(
        """btoa(JSON.stringify({preparation: {...laboratory.store.state.preparation, set: {'K.g': 40}}, stimuli: [],
        duration: 50, y: '', open: ['gates', 'rates', 'plane', 'curves']}))"""
    )
    opened = Page(chromium, f"{lab.address}#{old}")
    assert opened.js("laboratory.store.state.preparation.set['K.g']") == 40
    assert opened.js("laboratory.store.state.poke.width") == 1
    opened.page.context.close()


def test_the_run_is_taken_along_as_netcdf(page):
    import xarray as xr

    page.page.click("role=button[name='take along: pictures, numbers, the cell, the address (e)']")
    with page.page.expect_download() as caught:
        page.page.click(".menu button:has-text('NetCDF')")
    ds = xr.open_dataset(io.BytesIO(Path(caught.value.path()).read_bytes()), engine="h5netcdf")
    assert ds.V.attrs["units"] == "mV"
    assert len(ds.spike_times) == 6
    shown = np.array(page.js("Array.from(laboratory.scope.answer.data.V)"))
    assert np.abs(ds.V.values - shown).max() < 1e-4


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_is_accessible(chromium, lab, theme):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: cd web && npm ci")
    opened = Page(chromium, lab.address, bypass_csp=True, color_scheme=theme)
    opened.js(
        "laboratory.store.change(s => { s.open = ['driving forces', 'picture', 'equations', 'rates', 'curves', 'plane']; }, true)"
    )
    opened.page.click("role=tab[name=Stimulus]")
    opened.page.click("role=button[name='draw: add a stimulus, by hand']")
    opened.settle()
    assert opened.violations() == []
    for key in ("2", "3"):
        opened.page.keyboard.press("Escape")
        opened.page.evaluate("document.activeElement.blur()")
        opened.page.keyboard.press(key)
        opened.page.wait_for_timeout(500)
        opened.settle()
        assert opened.violations() == []
    assert opened.problems == []
    opened.page.context.close()


def test_a_tablet_has_room_for_everything(chromium, lab):
    opened = Page(chromium, lab.address)
    opened.page.set_viewport_size({"width": 820, "height": 1180})
    for view in ("Scope", "Voltage clamp", "Axon"):
        go(opened, view)
        opened.page.wait_for_timeout(200)
        assert opened.js("document.documentElement.scrollWidth <= innerWidth")
        assert opened.page.locator(SLIDER.format("celsius")).count() >= 1 or view == "Voltage clamp"
    opened.page.context.close()
