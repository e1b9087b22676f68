"""Rates recovered from noisy clamp records, against the formulas of the paper, typed again."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo
from loligo import experiments
from loligo.errors import LoligoError
from loligo.experiments.clamp.records import simulated, write_records
from loligo.experiments.clamp.recover import protocols

SQUID = lo.cells.squid()
FORMULAS = {  # rate, midpoint, slope of the paper; rates of exponentials at -65 mV
    "K.n.alpha": (0.1, -55, 10), "K.n.beta": (0.125, None, 80),
    "Na.m.alpha": (1.0, -40, 10), "Na.m.beta": (4.0, None, 18),
    "Na.h.alpha": (0.07, None, 20), "Na.h.beta": (1.0, -35, 10),
}  # fmt: skip


def linoid(x):
    return np.where(x == 0, 1.0, x / (1 - np.exp(-np.where(x == 0, 1.0, x)) + (x == 0)))


def rates(v):
    """Hodgkin & Huxley 1952, equations 12, 13, 20, 21, 23, 24, with today's sign."""
    return {
        "K.n.alpha": 0.1 * linoid((v + 55) / 10), "K.n.beta": 0.125 * np.exp(-(v + 65) / 80),
        "Na.m.alpha": linoid((v + 40) / 10), "Na.m.beta": 4 * np.exp(-(v + 65) / 18),
        "Na.h.alpha": 0.07 * np.exp(-(v + 65) / 20), "Na.h.beta": 1 / (1 + np.exp(-(v + 35) / 10)),
    }  # fmt: skip


def test_without_noise_the_rates_are_those_of_the_paper():
    found = experiments.recover_rates(SQUID, noise=0)
    v = found.voltage.values
    spans = {"Na.m.alpha": (-60, 40), "Na.h.beta": (-70, 40), "K.n.alpha": (-110, 80), "K.n.beta": (-110, 80)}
    for path, expected in rates(v).items():
        low, high = spans.get(path, (-110, 10))
        inside = (v >= low) & (v <= high)
        known = inside & np.isfinite(found[path].values)
        assert known.sum() >= inside.sum() - 1
        # h is open to 0.9998 at the holding potential, not to 1 as is assumed
        np.testing.assert_allclose(found[path].values[known], expected[known], rtol=6e-3, err_msg=path)


def test_formulas_come_back():
    found = experiments.recover_rates(SQUID, noise=5, seed=3).attrs
    for path, (rate, midpoint, slope) in FORMULAS.items():
        assert found[f"{path}.rate"] == pytest.approx(rate, rel=0.05)
        assert found[f"{path}.slope"] == pytest.approx(slope, rel=0.05)
        if midpoint is not None:
            assert found[f"{path}.midpoint"] == pytest.approx(midpoint, abs=0.6)


def test_intervals_cover_the_truth_as_often_as_they_say():
    hits = total = 0
    for seed in range(8):
        found = experiments.recover_rates(SQUID, noise=10, seed=seed)
        for path, expected in rates(found.voltage.values).items():
            low, high = found[f"{path}_low"].values, found[f"{path}_high"].values
            known = np.isfinite(low)
            hits += ((low <= expected) & (expected <= high))[known].sum()
            total += known.sum()
    assert total > 700
    assert 0.90 <= hits / total <= 0.99


def test_the_records_are_shown():
    """The potassium current that is gone with its block, in closed form, and the noise of two records."""
    found = experiments.recover_rates(SQUID, hold=-120, noise=0.5)
    (a, b), (c, d) = ([rates(np.array(v))[f"K.n.{which}"] for which in ("alpha", "beta")] for v in (0.0, -120.0))
    n = a / (a + b) + (c / (c + d) - a / (a + b)) * np.exp(-(a + b) * found.time.values)
    left = found["K.I"].sel(step=0).values - 36 * n**4 * 77
    assert 0.4 < np.nanstd(left) < 0.75 and abs(np.nanmean(left)) < 0.1  # 0.5 times root 2, between samples less
    assert found["Na.I"].dims == ("step", "time") and float(np.nanmin(found["Na.I"])) < -1000


def test_noise_is_found_again_and_widens_the_intervals():
    quiet, loud = (experiments.recover_rates(SQUID, noise=n, seed=1) for n in (1, 10))
    assert loud.attrs["Na.left"] == pytest.approx(10 * np.sqrt(2), rel=0.02)  # a difference of two records
    width = [np.log(d["K.n.alpha_high"] / d["K.n.alpha_low"]).sel(voltage=20).item() for d in (quiet, loud)]
    assert width[1] == pytest.approx(10 * width[0], rel=0.05)


def test_temperature_speeds_the_rates():
    found = experiments.recover_rates(SQUID.with_({"celsius": 16.3}), noise=1)
    assert float(found["K.n.alpha"].sel(voltage=0)) == pytest.approx(3 * 0.1 * 5.5 / (1 - np.exp(-5.5)), rel=0.01)


def test_a_file_says_the_same(tmp_path):
    records = simulated(SQUID, protocols(-120, 0, [-80, -20, 0, 20]), 2.0, 1 / 64, 5, ("Na", "K"))
    write_records(records, tmp_path / "records.csv")
    known = {"conductances": {"Na": 120, "K": 36}, "reversals": {"Na": 50, "K": -77}}
    found = experiments.recover_rates(tmp_path / "records.csv", **known)
    own = experiments.recover_rates(SQUID, noise=2, seed=5, voltages=[-80, -20, 0, 20])
    np.testing.assert_array_equal(found["Na.h.beta"], own["Na.h.beta"])
    assert found.attrs["cell"] == "records.csv" and "K.n.alpha_true" not in found


HEADER = "record,time,voltage,control,Na_blocked,K_blocked\n"
ROWS = "".join(f"0,{i},{-120 if i < 4 else 0},1,1,1\n" for i in range(10))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'record'"),
        ("record,time,voltage,control,TTX,K_blocked\n" + ROWS, "no column 'Na_blocked' among"),
        (HEADER, "no records"),
        (HEADER + "0,0,0,1,1,1\n", "1 samples"),
        (HEADER + ROWS.replace("0,5,", "0,x,"), "line 7: 'x' under time"),
        (HEADER + ROWS.replace("0,5,", "0,2,"), "do not rise at 2 ms"),
        (HEADER + ROWS.replace("0,5,0,1,1,1", "0,5,0,1"), "line 7: 4 values under 6"),
        (HEADER + ROWS.replace("0,9,0", "0,9,30"), "goes through -120, 0, 30"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "records.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoligoError, match=message):
        experiments.recover_rates(
            path, conductances={"Na": 120, "K": 36}, reversals={"Na": 50, "K": -77}
        )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": "nowhere.csv"}, "cannot be read"),
        ({"sodium": "Nav"}, "no channel 'Nav'"),
        ({"potassium": "leak"}, "no ohmic channel with one gate"),
        ({"hold": 10}, "not below the pulse"),
        ({"noise": -1}, "noise"),
    ],
)
def test_mistakes(arguments, message):
    with pytest.raises(LoligoError, match=message):
        experiments.recover_rates(**{"source": SQUID, **arguments})


def test_a_file_needs_conductances(tmp_path):
    path = tmp_path / "records.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    with pytest.raises(LoligoError, match="conductances: a file"):
        experiments.recover_rates(path)


def test_steps_in_sequence_are_exact():
    """The closed form against the solution of the same sequence by integration (a ramp of no slope is a step)."""
    clamp = lo.VoltageSteps(-80, [(-40, 2), (10, 3), (-60, 4)])
    exact = lo.simulate(SQUID, clamp=clamp, duration=12, record="all", every=0.125)
    assert exact.attrs["method"] == "exact"
    n, h = float(exact["K.n"][0]), float(exact["Na.h"][0])
    for v, length in [(-40, 2), (10, 3), (-60, 4)]:
        r = {k: float(x) for k, x in rates(np.array(float(v))).items()}
        for _ in range(1):
            n = _after(n, r["K.n.alpha"], r["K.n.beta"], length)
            h = _after(h, r["Na.h.alpha"], r["Na.h.beta"], length)
    assert float(exact["K.n"].sel(time=9)) == pytest.approx(n, rel=1e-11)
    assert float(exact["Na.h"].sel(time=9)) == pytest.approx(h, rel=1e-11)


def _after(x, alpha, beta, t):
    return alpha / (alpha + beta) + (x - alpha / (alpha + beta)) * np.exp(-(alpha + beta) * t)


@pytest.mark.parametrize(
    ("levels", "message"), [([], "none given"), ([(0,)], "give"), ([(0, -1)], "positive"), ([0], "give")]
)
def test_wrong_levels(levels, message):
    with pytest.raises(LoligoError, match=message):
        lo.VoltageSteps(-65, levels)
