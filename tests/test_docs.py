"""What the documentation shows runs as it stands, and says what is true."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import loligo as lo

ROOT = Path(__file__).parents[1]


def blocks(path, language="python"):
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def run(source, where, names):
    exec(compile(source, where, "exec", dont_inherit=True), names)


@pytest.fixture
def apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sweeps(apart):
    pytest.importorskip("zarr")
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/sweeps.md"), start=1):
        run(block, f"docs/sweeps.md, block {number}", names)
    for picture in ("rate.png", "peak.png", "sample.png"):
        assert (apart / picture).stat().st_size > 10_000
    squid = names["squid"]
    one = lo.simulate(squid, lo.Step(15) + lo.Noise(2, seed=7), duration=200).spike_times.values
    gaps = np.diff(one)
    assert names["found"].adaptation[7] == pytest.approx(gaps[-1] / gaps[0], rel=1e-9)
    above = lo.simulate(squid, lo.Step(15), duration=200, over={"K.g": [36]}, record=names["TimeAbove"](-50))
    V = lo.simulate(squid, lo.Step(15), duration=200).V.values
    assert above.time_above.item() == pytest.approx((V > -50).mean(), abs=1 / len(V))


def test_trees(apart):
    names: dict = {"__name__": "docs"}
    shutil.copy(ROOT / "docs" / "examples" / "Nr5a1_471087815_m.swc", apart)
    for number, block in enumerate(blocks("docs/trees.md"), start=1):
        run(block, f"docs/trees.md, block {number}", names)
    for picture in ("neuron.png", "pyramidal.png"):
        assert (apart / picture).stat().st_size > 10_000
    assert {s.region for s in names["neuron"].sections} == {"soma", "axon", "dendrite", "apical"}
    apical = (names["spikes"].region == "apical").values
    assert np.isfinite(names["spikes"].arrival.values[apical]).all()  # the spike invades the dendrites
    assert names["tree"].unbranched is False
    assert names["found"].attrs["velocity"] == pytest.approx(20.9, abs=0.1)


def test_clamps(apart, capsys):
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/clamps.md"), start=1):
        run(block, f"docs/clamps.md, block {number}", names)
    for picture in ("amplifier.png", "current-voltage.png"):
        assert (apart / picture).stat().st_size > 10_000
    assert "the amplifier is unstable" in capsys.readouterr().out
    assert names["poor"].attrs["largest_error"] == pytest.approx(-89.9, abs=0.1)


def test_experiments(apart):
    """Every number of the text and of the comments."""
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/experiments.md"), start=1):
        run(block, f"docs/experiments.md, block {number}", names)
    for picture in ("ramps.png", "slowing.png", "warmer.png", "rates.png"):
        assert (apart / picture).stat().st_size > 20_000
        assert (ROOT / "docs" / "pictures" / picture).is_file()
    assert names["answer"].attrs["threshold"] == pytest.approx(6.9189, abs=5e-5)
    slowing = names["slowing"].attrs
    assert (slowing["first_rate"], slowing["last_rate"]) == pytest.approx((22, 10.7), abs=0.05)
    assert (names["spike"]["carries_upstroke"], names["spike"]["ends_upstroke"]) == ("Na", "K")
    assert names["cost"]["excess"] == pytest.approx(13, abs=0.5) and 90 < names["recovered"].attrs["covered"] < 98
    assert [one.attrs["excitability"] for one in names["found"].values()] == ["class 2", "class 3"]
    assert (names["short"], names["patient"]) == pytest.approx((6.6875, 6.6867), abs=5e-5)
    assert lo.experiments.accommodation(lo.cells.squid(), 6).attrs["slowest_duration"] == pytest.approx(15.9, abs=0.05)
    listed = set(re.findall(r"`([a-z_]+)(?:\(|`)", (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")))
    assert set(lo.experiments.__all__) - set(lo.experiments.ON_FIBRES) <= listed


def test_what_ifs(apart):
    """Every number of the table, and those of the text."""
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/what-ifs.md"), start=1):
        run(block, f"docs/what-ifs.md, block {number}", names)
    for picture in ("what-if-threshold.png", "what-if-refractory.png"):
        assert (apart / picture).stat().st_size > 20_000
        assert (ROOT / "docs" / "pictures" / picture).is_file()
    (table,) = blocks("docs/what-ifs.md", "text")
    rows = [re.split(r"\s{2,}", line) for line in table.splitlines()[1:]]
    assert [row[0] for row in rows] == list(names["thresholds"])
    for name, threshold, peak, until in rows:
        found, later = names["thresholds"][name].attrs, names["refractory"][name].attrs["relative"]
        assert float(threshold.split()[0]) == pytest.approx(found["threshold"], abs=0.0051)
        assert float(peak.split()[0]) == pytest.approx(found["peak_above"], abs=0.051)
        assert np.isnan(later) if until == "-" else float(until.split()[0]) == pytest.approx(later, abs=0.051)
    base = float(rows[0][1].split()[0])
    change = {row[0]: float(row[1].split()[0]) / base - 1 for row in rows}
    said = {"h stuck at rest": -0.08, "n stuck at rest": -0.44, "n twice as fast": 0.29, "m instantaneous": -0.31}
    for name, part in (said | {"a tenth of Na blocked": 0.14}).items():
        assert change[name] == pytest.approx(part, abs=0.0051), name
    assert names["thresholds"]["h stuck at rest"].V.sel(side="yes")[-1] == pytest.approx(14, abs=0.5)
    least = {name: ds.attrs["least_ratio"] for name, ds in names["refractory"].items()}
    assert least["squid"] < 0.85 < 1 < min(least["n twice as fast"], least["h twice as slow"])


def test_axons(apart):
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/axons.md"), start=1):
        run(block, f"docs/axons.md, block {number}", names)
    for picture in ("heat.png", "propagated.png"):
        assert (apart / picture).stat().st_size > 10_000
    assert names["wave"].attrs["velocity"] == pytest.approx(18.73188825, abs=1e-8)
    assert names["heat"].attrs["block"] == pytest.approx(33.6885, abs=1e-4)
    assert names["heat"].attrs["fastest"] == pytest.approx(23.4326, abs=1e-4)
    assert names["fork"].attrs["critical"] == pytest.approx(12.6, abs=0.3)
    ratio = names["wake"].ratio.values
    assert np.isnan(ratio[0]) and ratio[1] < ratio[2] < 1 < ratio[3] and ratio[4] == pytest.approx(1, abs=0.01)
    fired = names["fired"].arrival.values
    assert fired.argmin() == pytest.approx(len(fired) / 2, abs=8) and np.isfinite(fired).all()


def test_where_hh_stops(apart, capsys):
    """The page asserts what it says; what it prints in its comments and text is looked at here."""
    names: dict = {"__name__": "docs"}
    for number, block in enumerate(blocks("docs/where-hh-stops.md"), start=1):
        run(block, f"docs/where-hh-stops.md, block {number}", names)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:3] == ["class 2", "class 3", "class 3"]
    np.testing.assert_allclose(names["heat"].peak, [40, 36, 20, 6, -13], atol=0.6)
    hundred = next(line for line in printed if line.startswith("100 "))
    assert [float(word) for word in hundred.split()[1:]] == pytest.approx([0.53, 18.3, 0.23], abs=0.05)
    assert names["cold"].attrs["threshold"] == pytest.approx(-2.8, abs=0.05)
    excess = [names["ask"].energy(names["squid"].with_({"celsius": t})).attrs["excess"] for t in (18.5, 6.3)]
    assert excess == pytest.approx([4, 13], abs=0.3)


def test_the_study_in_the_documentation_is_the_one_in_the_file():
    (shown,) = blocks("docs/sweeps.md", "toml")
    assert shown == (ROOT / "docs" / "examples" / "rate-map.toml").read_text(encoding="utf-8")


def test_contributing_says_where_each_idea_lives():
    """Every file of the table is there, and every file with an idea is in the table."""
    home = ROOT / "src" / "loligo"
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Where each idea lives")[2]
    named: set[Path] = set()
    for row in re.findall(r"^\|[^|]*\|[^|]*\|([^|]*)\|$", text.partition("\n## ")[0], flags=re.M):
        folder = home
        for path, rest in re.findall(r"`([^`]+)`|(\.\.\.)", row):
            if "/" in path:  # a name without a folder lies where the one before it does
                folder = (ROOT if path.startswith("web/") else home) / path.rpartition("/")[0]
            one = folder if rest or path.endswith("/") else folder / path.rpartition("/")[2]
            assert one.exists(), f"{one.relative_to(ROOT)} is named, and is not there"
            named |= {one, *one.glob("**/*")}
    ideas = {p for p in home.glob("**/*.py") if not p.name.startswith("_")} | set((ROOT / "web" / "src").glob("*.ts"))
    assert not sorted(str(p.relative_to(ROOT)) for p in ideas - named)


def test_the_recorder_in_contributing():
    (source,) = [block for block in blocks("CONTRIBUTING.md") if "class Regularity" in block]
    names: dict = {"__name__": "contributing"}
    run(source, "CONTRIBUTING.md", names)
    noisy = lo.Step(12) + lo.Noise(4)
    record = [names["Regularity"](50), lo.Spikes()]
    ds = lo.simulate(lo.cells.squid(), noisy, duration=400, over={"seed": [0, 1], "Na.g": [120, 1]}, record=record)
    one = lo.simulate(lo.cells.squid(), lo.Step(12) + lo.Noise(4, seed=1), duration=400).spike_times.values
    gaps = np.diff(one[one >= 50])
    expected = np.mean([2 * abs(b - a) / (a + b) for a, b in pairwise(gaps)])
    assert ds.interval_cv2[1, 0] == pytest.approx(expected, rel=1e-9)
    assert 0.01 < expected < 1
    assert np.isnan(ds.interval_cv2[:, 1]).all() and (ds.spike_count[:, 1] == 0).all()
