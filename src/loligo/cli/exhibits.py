"""What the page of a cell shows of it, where a family of long steps would not show what the cell is known for."""

from __future__ import annotations

from ..model.fact import Trial
from ..model.stimulus import Step

Exhibit = tuple[str, Trial]
NO_RATES = ("beeler_reuter_1977", "noble_1962")  # heart muscle: a rate over a constant current says nothing of it


def _pulse(amplitude: float, width: float, span: float, at: float = 1.0) -> Exhibit:
    return f"{amplitude:g} µA/cm² for {width:g} ms", Trial(Step(amplitude, at, at + width), span)


def _own(what: str, span: float, before: float, current: float = 0.0, **changes: float) -> Exhibit:
    """From the state that the cell brings along, after it has settled."""
    paths = {path.replace("__", "."): value for path, value in changes.items()}
    stimulus = Step(current) if current else None
    return what, Trial(stimulus, span, paths, "own", 0.0 if current else before)


EXHIBITS: dict[str, tuple[Exhibit, ...]] = {
    "beeler_reuter_1977": (
        _pulse(12.5, 2, 450, 20),
        _pulse(25, 2, 450, 20),
        ("25 µA/cm² for 2 ms, and again early", Trial(Step(25, 20, 22) + Step(25, 330, 332), 700)),
    ),
    "frankenhaeuser_huxley_1964": (
        _pulse(760, 0.12, 5),
        _pulse(1000, 0.12, 5),
        ("700 µA/cm²: repetitive", Trial(Step(700, 1), 60)),
        ("1000 µA/cm²: one impulse", Trial(Step(1000, 1), 60)),
    ),
    "mcintyre_2002_mrg_node": (
        _pulse(120, 0.1, 5),
        _pulse(140, 0.1, 5),
        ("20 µA/cm² until 10 ms: without its internode the node goes on firing", Trial(Step(20, 1, 10), 30)),
    ),
    "hodgkin_huxley_1952": (
        ("-10 µA/cm² for 50 ms: an impulse at its end", Trial(Step(-10, 10, 60), 120)),
        ("1.8 µA/cm²", Trial(Step(1.8, 10, 110), 120)),
        ("5 µA/cm²: one impulse", Trial(Step(5, 10, 110), 120)),
        ("10 µA/cm²", Trial(Step(10, 10, 110), 120)),
    ),
    "squid_1952": (
        ("-10 µA/cm² for 50 ms: an impulse at its end", Trial(Step(-10, 10, 60), 120)),
        ("5 µA/cm²: one impulse", Trial(Step(5, 10, 110), 120)),
        ("10 µA/cm²", Trial(Step(10, 10, 110), 120)),
    ),
    "morris_lecar_1981_class2": (
        ("60 µA/cm²", Trial(Step(60, 20), 600)),
        ("90 µA/cm²: it comes to rest from -27 mV ...", Trial(Step(90), 600, None, {"V": -27.0})),
        ("90 µA/cm² ... and fires from -60 mV", Trial(Step(90), 600, None, {"V": -60.0})),
        ("120 µA/cm²", Trial(Step(120, 20), 600)),
        ("220 µA/cm²: blocked", Trial(Step(220, 20), 600)),
    ),
    "morris_lecar_1981_homoclinic": (
        ("38 µA/cm²: it comes to rest from -60 mV ...", Trial(Step(38), 400, None, {"V": -60.0})),
        ("38 µA/cm² ... and fires from 0 mV", Trial(Step(38), 400, None, {"V": 0.0, "K.w": 0.1})),
        ("39 µA/cm²: from 0 mV and more potassium it stays up", Trial(Step(39), 400, None, {"V": 0.0, "K.w": 0.3})),
        ("41 µA/cm²", Trial(Step(41), 400, None, {"V": -60.0})),
    ),
    "izhikevich_2007_inap_ik_bistable": (
        ("4 µA/cm²: it comes to rest from -64 mV ...", Trial(Step(4), 30, None, {"V": -64.0, "K.n": 0.0005})),
        ("4 µA/cm² ... and fires from -20 mV", Trial(Step(4), 30, None, {"V": -20.0, "K.n": 0.3})),
        ("10 µA/cm²", Trial(Step(10, 2), 30)),
    ),
    "butera_1999_model1": (
        _own("E_L = -61.5 mV: silent", 10000, 30000, leak__E=-61.5),
        _own("E_L = -60 mV", 20000, 30000, leak__E=-60),
        _own("E_L = -58 mV", 10000, 30000, leak__E=-58),
        _own("E_L = -57 mV", 10000, 30000, leak__E=-57),
        _own("E_L = -55 mV: tonic", 10000, 30000, leak__E=-55),
    ),
    "chay_keizer_1983": (
        _own("k_Ca = 0.02: little glucose", 40000, 60000, Ca__k=0.02),
        _own("k_Ca = 0.04", 40000, 60000),
        _own("k_Ca = 0.05", 40000, 60000, Ca__k=0.05),
    ),
    "plant_1981_r15": (
        _own("as it is", 60000, 80000),
        _own("calcium twice as fast", 60000, 80000, Ca__rho=0.0003),
    ),
    "pinsky_rinzel_1994": (
        _own("0.5 µA/cm² into the soma", 2000, 0, 0.5),
        _own("0.75 µA/cm²", 2000, 0, 0.75),
        _own("1.5 µA/cm²", 2000, 0, 1.5),
        _own("2.5 µA/cm²: tonic", 2000, 0, 2.5),
    ),
    "destexhe_1996_tc": (
        _own("by itself: a slow oscillation", 60000, 60000),
        ("released after 300 ms at -1.04 µA/cm²", Trial(Step(-1.036, 100, 400), 700, None, "own", 60000)),
        ("2.76 µA/cm²", Trial(Step(2.763, 100, 600), 700, None, "own", 60000)),
    ),
    "pospischil_2008_lts": (
        ("released after 400 ms at -0.5 µA/cm²", Trial(Step(-0.5, 20, 420), 800)),
        ("0.2 µA/cm²", Trial(Step(0.2, 20, 620), 800)),
        ("1 µA/cm²", Trial(Step(1, 20, 620), 800)),
    ),
    "rubin_terman_2004_stn": (
        _own("by itself", 2000, 5000),
        ("released after 500 ms at -30 µA/cm²", Trial(Step(-30, 500, 1000), 2000, None, "own", 5000)),
        ("25 µA/cm²", Trial(Step(25, 500, 1500), 2000, None, "own", 5000)),
    ),
    "golomb_2006_ca1_zero_ca": (
        ("0.3 µA/cm²", Trial(Step(0.3, 20), 1000)),
        ("0.66 µA/cm²: bursts", Trial(Step(0.661914, 20), 1000)),
        ("without persistent sodium current", Trial(Step(0.661914, 20), 1000, {"NaP.g": 0.0})),
        ("2 µA/cm²", Trial(Step(2, 20), 1000)),
    ),
    "golomb_2007_fs": (
        ("3.35 µA/cm², g_d = 0: tonic", Trial(Step(3.35, 20), 1000, {"Kd.g": 0.0})),
        ("3.35 µA/cm², g_d = 0.39", Trial(Step(3.35, 20), 1000)),
        ("3.8 µA/cm², g_d = 1.8: late", Trial(Step(3.8, 20), 1000, {"Kd.g": 1.8})),
        ("10 µA/cm², g_d = 0.39", Trial(Step(10, 20), 1000)),
    ),
}  # fmt: skip
