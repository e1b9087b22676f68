"""The same mechanism in NEURON and here: what NEURON compiles of our files, and what we read of files for NEURON."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from loligo.formats import read_mod, write_mod
from loligo.formats.mod_read import as_cell

pytestmark = [pytest.mark.neuron, pytest.mark.slow]
MOD = Path(__file__).parent / "mod"

# One compartment of 1 µF/cm² in NEURON, integrated by CVode far below the tolerance of the comparison.
SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from neuron import h
job = json.loads(sys.argv[1])
h.load_file("stdrun.hoc")
sec = h.Section(name="cell")
sec.L = sec.diam = 100.0
sec.nseg, sec.cm = 1, job["cm"]
h.celsius = job["celsius"]
for name in job["insert"]:
    sec.insert(name)
for name, value in job["set"].items():
    setattr(sec, name, value)
if "cai" in job:
    h.cai0_ca_ion = job["cai"]
    sec.cai = job["cai"]
clamp = h.IClamp(sec(0.5))
clamp.delay, clamp.dur, clamp.amp = 5.0, 1e9, job["current"] * sec(0.5).area() * 1e-5
for name, value in job["globals"].items():
    setattr(h, name, value)
cvode = h.CVode()
cvode.active(0 if "dt" in job else 1)
cvode.atol(1e-9)
cvode.rtol(1e-9)
t, v = h.Vector(), h.Vector()
h.finitialize(job["V"])
out = []
for time in job["times"]:
    if time > 0 and "dt" not in job:
        cvode.solve(time)
    while "dt" in job and h.t < time - job["dt"] / 2:
        h.dt = job["dt"]
        h.fadvance()
    out.append(sec(0.5).v)
print(json.dumps(out))
"""


@pytest.fixture
def neuron(tmp_path):
    pytest.importorskip("neuron")
    compiler = shutil.which("nrnivmodl", path=str(Path(sys.executable).parent)) or shutil.which("nrnivmodl")
    if compiler is None or shutil.which("g++") is None:
        pytest.skip("nrnivmodl or a compiler is missing")

    def run(files=(), insert=(), V=-65.0, current=10.0, celsius=6.3, cm=1.0, times=(), **more):
        if files:
            done = subprocess.run([compiler, *map(str, files)], cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
        job = {"insert": list(insert), "V": V, "current": current, "celsius": celsius, "cm": cm,
               "times": list(times), "set": {}, "globals": {}, **more}  # fmt: skip
        command = [sys.executable, "-c", SCRIPT, json.dumps(job)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return np.array(json.loads(done.stdout.strip().splitlines()[-1]))

    return run


TIMES = np.arange(0, 40.01, 0.25)


def ours(cell, V=-65.0, current=10.0):
    run = lo.simulate(cell, lo.Step(current, 5.0), duration=40.0, initial={"V": V}, every=0.25, tolerance=1e-9)
    return run["V"].values.ravel()


def test_the_squid_file_matches_the_hh_that_is_built_into_neuron(neuron):
    cell = lo.Cell("squid", read_mod(MOD / "squid.mod", ena=50, ek=-77).values(), celsius=6.3)
    theirs = neuron(insert=["hh"], times=TIMES, set={"ena": 50.0, "ek": -77.0},
                    globals={"usetable_hh": 0})  # fmt: skip
    mine = ours(cell)
    assert theirs.max() > 30  # it fires
    assert np.abs(mine - theirs).max() < 2e-3


def shipped(name):
    """A file that comes with NEURON: written by its authors, and read here as it lies there."""
    found = importlib.util.find_spec("neuron")
    if found is None or found.origin is None:
        pytest.skip("NEURON is not installed")
    files = sorted(Path(found.origin).parent.glob(f".data/share/**/{name}"))
    if not files:
        pytest.skip(f"this NEURON comes without {name}")
    return files[0]


def test_neuron_s_own_hh_mod(neuron):
    parts = read_mod(shipped("hh.mod"), ena=50, ek=-77)
    cell = lo.Cell("hh", parts.values(), celsius=6.3)
    theirs = neuron(insert=["hh"], times=TIMES, set={"ena": 50.0, "ek": -77.0}, globals={"usetable_hh": 0})
    mine = ours(cell)
    assert theirs.max() > 30
    assert np.abs(mine - theirs).max() < 1e-3


def test_the_squid_channels_of_neuron_s_demonstration(neuron):
    """Two files, in an older style: voltage turned round, rates of several gates in one function, told apart by number."""
    files = [shipped("nachan.mod"), shipped("khhchan.mod")]
    parts = [lo.load_mod(files[0], ena=50), lo.load_mod(files[1], ek=-77), lo.Channel("leak", g=0.3, E=-54.3)]
    cell = as_cell("demonstration", parts).replace(celsius=6.3)
    theirs = neuron(files, ["HHna", "HHk", "pas"], times=TIMES, globals={"usetable_HHna": 0, "usetable_HHk": 0},
                    set={"ena": 50.0, "ek": -77.0, "g_pas": 3e-4, "e_pas": -54.3})  # fmt: skip
    mine = ours(cell)
    assert theirs.max() > 30
    assert np.abs(mine - theirs).max() < 1e-3


def test_the_calcium_channel_of_neuron_s_demonstration(neuron):
    """Its rates have the Boltzmann constant in them, its current is no ohmic one and reads calcium on both sides."""
    file = shipped("cachan1.mod")
    leak = lo.Channel("leak", g=0.3, E=-65)
    cell = as_cell("calcium", [lo.load_mod(file, imax=0.03), leak]).replace(celsius=16.0).with_({"Ca": 1e-4})
    theirs = neuron([file], ["cachan1", "pas"], celsius=16.0, times=TIMES, globals={"usetable_cachan1": 0}, cai=1e-4,
                    set={"g_pas": 3e-4, "e_pas": -65.0, "imax_cachan1": 0.03})  # fmt: skip
    mine = ours(cell)
    assert np.ptp(mine) > 20
    assert np.abs(mine - theirs).max() < 1e-3


CASES = {  # the old style of ka knows fixed steps only, and these are of first order
    "kv": ("kv.mod", 34.0, {"ek": -77.0}, {}, 5e-3),
    "ka": ("ka.mod", 35.0, {"ek": -85.0}, {"dt": 0.001, "globals": {"usetable_ka": 0}}, 2e-2),
    "na5": ("na_scheme.mod", 22.0, {"ena": 50.0}, {}, 5e-3),
    "kca": ("kca.mod", 22.0, {"ek": -77.0}, {"cai": 4e-4}, 5e-3),
    "cal": ("cal.mod", 20.0, {}, {"cai": 5e-5}, 5e-3),
}


@pytest.mark.parametrize("suffix", CASES)
def test_what_is_read_runs_as_the_file_does_in_neuron(suffix, neuron):
    file, celsius, reversal, more, tolerance = CASES[suffix]
    leak = lo.Channel("leak", g=0.3, E=-65)
    cell = as_cell(suffix, [lo.load_mod(MOD / file, **reversal), leak]).replace(celsius=celsius)
    if "cai" in more:
        cell = cell.with_({"Ca": more["cai"]})
    theirs = neuron([MOD / file], [suffix, "pas"], celsius=celsius, times=TIMES,
                    set={"g_pas": 3e-4, "e_pas": -65.0, **reversal}, **more)  # fmt: skip
    mine = ours(cell)
    assert np.ptp(mine) > 10
    assert np.abs(mine - theirs).max() < tolerance


EXPORTED = ["squid", "connor_stevens_1977", "wang_buzsaki_1996", "traub_miles_1991"]


@pytest.mark.parametrize("name", [n for n in EXPORTED if n in lo.cells.__all__])
def test_what_is_written_runs_in_neuron_as_here(name, neuron, tmp_path):
    cell = getattr(lo.cells, name)()
    files = write_mod(cell, tmp_path / "exported")
    suffixes = [f.stem for f in files]
    theirs = neuron(files, suffixes, celsius=cell.celsius.value, cm=cell.capacitance.value, times=TIMES,
                    current=30.0)  # fmt: skip
    mine = ours(cell, current=30.0)
    assert np.ptp(theirs) > 50
    assert np.abs(mine - theirs).max() < 2e-2


def test_a_scheme_that_is_written_runs_in_neuron_as_here(neuron, tmp_path):
    channel = lo.load_mod(MOD / "na_scheme.mod").replace(name="NaM")
    leak = lo.Channel("leak", g=0.3, E=-65)
    cell = lo.Cell("scheme", [channel, leak], celsius=22)
    files = write_mod(cell, tmp_path / "exported")
    theirs = neuron(files, [f.stem for f in files], celsius=22.0, times=TIMES)
    assert np.abs(ours(cell) - theirs).max() < 5e-3


# A pool of ions becomes a mechanism of its own, which NEURON starts at the concentration without current.
POOLS = {
    "prinz_2003_ab_pd": (-50.0, 5.0, 0.05),
    "destexhe_1996_re": (-70.0, 3.0, 2.4e-4),
    "rubin_terman_2004_stn": (-60.0, 20.0, 0.0),
    "beeler_reuter_1977": (-84.0, 20.0, 1e-7),
}


@pytest.mark.parametrize("name", POOLS)
def test_a_cell_with_a_pool_that_is_written_runs_in_neuron_as_here(name, neuron, tmp_path):
    V, current, rest = POOLS[name]
    cell = getattr(lo.cells, name)()
    files = write_mod(cell, tmp_path / "exported")
    assert any(f.stem == "Ca_pool" for f in files)
    theirs = neuron(files, [f.stem for f in files], celsius=cell.celsius.value, cm=cell.capacitance.value, times=TIMES,
                    current=current, V=V)  # fmt: skip
    run = lo.simulate(cell, lo.Step(current, 5.0), duration=40.0, initial={"V": V, "Ca": rest}, every=0.25,
                      tolerance=1e-9)  # fmt: skip
    assert np.ptp(theirs) > 20
    assert np.abs(run["V"].values.ravel() - theirs).max() < 2e-2
