"""Every number of `numbers/hh_numbers.json` but those of the cable and of the channel noise, computed by Loligo.

The numbers were found by others with SciPy's DOP853 at rtol 1e-11; u is V + 65 mV, a spike an upward crossing of u = 50.
Dynamics (Hopf points, cycles) are in `test_hh_dynamics.py`; `ELSEWHERE` says where the rest is.
"""

from __future__ import annotations

import math
from pathlib import Path

import exact
import numpy as np
import pytest
from printed import compare, hh, leaves, table

import loligo as lo
from loligo import experiments
from loligo.experiments.bench import Bench
from loligo.experiments.search import search
from loligo.simulation.rest import steady_at

NUMBERS = hh()
SQUID = lo.cells.squid()
REST, SPIKE = -65.0, -15.0
TESTS = Path(__file__).parents[1]
ELSEWHERE = {
    "hopf_6p3": "experiments/test_hh_dynamics.py::test_hopf_points",
    "hopf_vs_T": "experiments/test_hh_dynamics.py::test_hopf_points_against_temperature",
    "lc_folds_6p3": "experiments/test_hh_dynamics.py::test_folds_of_cycles",
    "J8": "experiments/test_hh_dynamics.py::test_the_two_cycles_at_8",
    "stable_cycles_6p3": "experiments/test_hh_dynamics.py::test_stable_cycles",
    "stable_cycles_18p5": "experiments/test_hh_dynamics.py::test_stable_cycles_in_the_warmth",
    "sustained_range": "experiments/test_hh_dynamics.py::test_the_least_current_of_lasting_firing",
    # The cable: speeds, peaks, ions and point thresholds belong to tests of the cable.
    "travelling_wave": "papers/test_hh1952.py::test_ours_are_the_independent_solutions",
    "cable_ions_pmol_cm2": "papers/test_hh1952.py::test_ours_are_the_independent_solutions",
}
NOT_YET = {
    "cable_point_thresholds_nA": "thresholds of a point electrode in a long cable",
    "channel_noise_gillespie": "channels as Markov chains that are stepped event by event",
}
WORDS = {"conventions", "J_shift_rule"}
SHARPER = (
    "Their last digits are finer than their method: a time or a height was read off the dense output, a bracket was cut "
    "to 1e-9. SciPy at a relative tolerance of 2.3e-14 has our digits, as the test shows."
)
ENDS = (
    "In the warmth the response is graded. The printed number counts a spike where the end of a step of its integrator "
    "lies above u = 50, which the top of the response, between two ends, does sooner: it is too high by this."
)


WARM = {
    "0.01": -2.93e-6, "0.1": -7.04e-6, "0.2": -3.29e-7, "0.5": -7.24e-7, "1": -1.86e-6, "2": -3.61e-7, "3": -1.14e-7,
    ">=5": -6.10e-7,
}  # fmt: skip
CHRONAXIE = {"6.3": -3.14e-8, "18.5": 6.2e-8}
BLOCK = {"largest_J_with_ge2_spikes": 0.0501, "ge3": 6.464e-4, "ge5": 0.0335, "ge10": 7.2251e-3}
KICKS = {"18.5": -4.86e-7, "20": -1.06e-6, "20.5": -2.73e-6, "25": -4.914e-5}
SHOCKS = {
    "90/t": 3.172e-5, "90/dip_u": -3.938e-5, "90/dip_t": 1.831e-4, "90/tmin": -2.98e-4, "15/tmin": -2.375e-4,
    "7/tmin": 2.39e-4,
}  # fmt: skip
ANODE = {f"current_threshold/{d}": x for d, x in (("5", 1.81e-9), ("10", -2.22e-9), ("20", 1.88e-9), ("50", -2.19e-9))}
SECOND = {"shock90_peak/7": 8.08e-6, "shock90_peak/8": 6.68e-6, "threshold_shock/8": -8.48e-7}
RAMPS = {"1.0": 6.87e-8, "0.5": 6.66e-7, "0.2": -8.37e-6, "0.1": 2.64e-6}


def cell(celsius=6.3, leak=10.613):
    """The squid axon at another temperature or with another leak potential, above -65 mV."""
    return SQUID.with_({"celsius": float(celsius), "leak.E": REST + float(leak)})


def threshold(duration, celsius=6.3, leak=10.613, **options):
    """Threshold current, or depolarisation for a duration of 0."""
    options = {"tolerance": 1e-11, "spike_threshold": SPIKE, **options}
    return experiments.threshold(cell(celsius, leak), float(duration), **options).attrs["threshold"]


def edge(ask, low, high, tolerance=1e-11, points=24):
    """Where the answer to a question about a current changes."""
    (answer, *_), _ = search(
        lambda rows, values, accuracy: ask(values, accuracy), np.linspace(low, high, points)[None, :], tolerance
    ).first()
    return float(answer)


def off(reason, differences):
    """Why ours differs."""
    return {path: (difference, reason) for path, difference in differences.items()}


def test_every_number_is_tested_somewhere():
    here = Path(__file__).read_text(encoding="utf-8")
    for section, value in NUMBERS.items():
        if section in ELSEWHERE:
            file, name = ELSEWHERE[section].split("::")
            assert f"def {name}(" in (TESTS / file).read_text(encoding="utf-8"), section
        elif section in WORDS:
            assert not list(leaves(value))
        else:
            assert section in NOT_YET or f'NUMBERS["{section}"]' in here, section


def test_leak_that_leaves_no_current_at_rest():
    still = steady_at(SQUID, REST)
    ions = 36 * still["K.n"] ** 4 * 12 - 120 * still["Na.m"] ** 3 * still["Na.h"] * 115
    compare(NUMBERS["EL_zero_current_u"], {"": ions / 0.3})


def test_rest():
    (found,) = lo.resting_states(SQUID)
    gates = {name: found.state[path] for name, path in (("m", "Na.m"), ("h", "Na.h"), ("n", "K.n"))}
    compare(NUMBERS["rest"], {"u": found.V - REST, **gates, "V": found.V})


def test_gates_at_minus_65():
    held = lo.VoltageClamp(hold=-65, step=-65, start=0, stop=1)
    paths = [f"{gate}.{what}" for gate in ("Na.m", "Na.h", "K.n") for what in ("inf", "tau")]
    ds = lo.simulate(SQUID, clamp=held, duration=1, record=[*paths, "Na.conductance", "K.conductance"]).isel(time=0)
    ours = {g[-1]: float(ds[f"{g}.inf"]) for g in ("Na.m", "Na.h", "K.n")}
    ours |= {f"tau_{g[-1]}": float(ds[f"{g}.tau"]) for g in ("Na.m", "Na.h", "K.n")}
    ours |= {"gNa": float(ds["Na.conductance"]), "gK": float(ds["K.conductance"])}
    compare(NUMBERS["inf_at_minus65"], {**ours, "gtot": ours["gNa"] + ours["gK"] + 0.3})


def test_eigenvalues_and_ringing():
    eigenvalues, ringing = {}, {}
    for celsius in ("6.3", "18.5"):
        (found,) = lo.resting_states(cell(celsius))
        real = sorted(e.real for e in found.eigenvalues if e.imag == 0)
        (pair,) = (e for e in found.eigenvalues if e.imag > 0)
        eigenvalues |= {f"{celsius}/0": real[0], f"{celsius}/2": real[1]}
        eigenvalues |= {f"{celsius}/1/real": pair.real, f"{celsius}/1/imaginary": pair.imag}
        ringing |= {f"{celsius}/period_ms": 1e3 / found.ringing, f"{celsius}/Hz": found.ringing}
    compare(NUMBERS["eig_rest"], eigenvalues)
    compare(NUMBERS["rest_oscillation"], ringing)


def test_impedance():
    ours = {}
    for celsius in ("6.3", "18.5"):
        found = experiments.impedance(cell(celsius)).attrs
        ours[f"{celsius}/Z0_kohm_cm2"] = found["at_zero"]
        ours[f"{celsius}/Zmax"], ours[f"{celsius}/f_res_Hz"] = found["largest"], found["resonance"]
    compare(NUMBERS["impedance"], ours)


def test_rheobase_of_several_leaks():
    leaks = {"EL10.613": 10.613, "EL10.59892097": 10.598920969391683, "EL10.6(-54.4)": 10.6}
    leaks["EL10.7(-54.3 NEURON default)"] = 10.7
    ours = {name: threshold(80, leak=leak) for name, leak in leaks.items()}
    compare(NUMBERS["step_rheobase_1spike_6p3"], ours)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*upstrokes of at least")
def test_currents_for_so_many_spikes():
    """The least step from rest that gives at least so many spikes, in 60 + 25 ms for each of them."""
    ours = {}
    for count in map(int, NUMBERS["step_nspike_thresholds_6p3"]):
        low, high = (2.2, 2.3) if count == 1 else (5.9, 6.2602)

        def ask(values, accuracy, count=count):
            return spikes(values, 60 + 25 * count, accuracy) >= count

        ours[str(count)] = edge(ask, low, high)
    compare(NUMBERS["step_nspike_thresholds_6p3"], ours, explained=off(SHARPER, {"5": 5.37e-10, "10": -5.62e-10}))
    for count in (5, 10):
        parts = 60.0 + 25 * count
        assert exact.is_threshold(ours[str(count)], lambda j, c=count, d=parts: exact.count(j, d) >= c)


def spikes(currents, duration, accuracy):
    """Number of upward crossings of u = 50 under steps from rest."""
    over = {"stimulus.amplitude": currents}
    ds = lo.simulate(
        SQUID, lo.Step(0), duration=duration, over=over, spike_threshold=SPIKE, tolerance=accuracy, estimate_error=False
    )
    return ds.spike_count.values


def peaks(current):
    """Number of peaks above u = 50 under a step from rest, each on a parabola through three samples."""
    ds = lo.simulate(SQUID, lo.Step(current), duration=150, every=0.005, tolerance=1e-12, estimate_error=False)
    v = ds.V.values
    a, b, c = v[:-2], v[1:-1], v[2:]
    top = (b > a) & (b >= c)
    height = b[top] - 0.125 * (a - c)[top] ** 2 / (a - 2 * b + c)[top]
    return int((height > SPIKE).sum())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*upstroke")
def test_block_of_excitation():
    """The largest step from rest that still gives so many spikes; in 400 ms."""
    ours = {}
    printed = NUMBERS["excitation_block_6p3"]
    for name in (n for n in printed if n != "note"):
        count, near = int(name.rpartition("ge")[2].partition("_")[0]), float(printed[name])
        low, high = near - 0.1, near + 0.1
        while high - low > 1e-8:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if peaks(middle) >= count else (low, middle)
        ours[name] = float(0.5 * (low + high))
        assert exact.is_threshold(ours[name], lambda j, c=count: exact.count(j, 150.0) < c, 1e-7)
    missed = (
        "Where the last peak only just exceeds u = 50 it does so between the ends of two steps of their integrator, "
        "which saw no crossing."
    )
    compare(printed, ours, explained=off(missed, BLOCK))


def test_rheobase_against_temperature():
    ours = {t: threshold(100, t) for t in NUMBERS["rheobase_vs_T"]}
    compare(NUMBERS["rheobase_vs_T"], ours, explained=off(ENDS, {"25": -1.485e-3, "30": -0.0374}))
    for t in ("25", "30"):
        assert exact.is_threshold(ours[t], lambda j, t=t: exact.fires(exact.REST, ((100, j), (30, 0)), float(t)))


@pytest.mark.parametrize("celsius", ["6.3", "18.5"])
def test_strength_and_duration(celsius):
    printed = NUMBERS["strength_duration"][celsius]
    durations = {name: 400.0 if name.startswith(">=") else float(name) for name in printed}
    found = experiments.strength_duration(
        cell(celsius), sorted(durations.values()), tolerance=1e-11, spike_threshold=SPIKE, long=400
    )
    ours = {name: float(found.threshold.sel(duration=d)) for name, d in durations.items()}
    warm = celsius == "18.5"
    compare(printed, ours, explained=off(ENDS, WARM) if warm else {})
    chronaxie, twice = found.attrs["chronaxie"], 2 * found.attrs["rheobase"]
    why = off(ENDS if warm else SHARPER, {"": CHRONAXIE[celsius]})
    compare(NUMBERS["chronaxie_ms"][celsius], {"": chronaxie}, explained=why)
    t = float(celsius)
    assert exact.is_threshold(chronaxie, lambda d: exact.fires(exact.REST, ((d, twice), (60, 0)), t), 1e-9)
    for name in WARM if warm else ():
        parts = durations[name]
        assert exact.is_threshold(ours[name], lambda j, d=parts: exact.fires(exact.REST, ((d, j), (30, 0)), t), 3e-10)


def test_threshold_of_an_instantaneous_depolarisation():
    ours = {t: threshold(0, t, tolerance=1e-12) for t in NUMBERS["shock_threshold_mV"] if "_" not in t}
    ours["6.3_ELzero"] = threshold(0, leak=NUMBERS["EL_zero_current_u"])
    compare(NUMBERS["shock_threshold_mV"], ours, explained=off(ENDS, KICKS))
    for t in KICKS:
        assert exact.is_threshold(ours[t], lambda k, t=t: exact.fires(exact.kicked(k), celsius=float(t)), 3e-10)


def test_membrane_action_potentials():
    ours = {}
    for shock in ("90", "15", "7"):
        found = experiments.anatomy(SQUID, float(shock), spike_threshold=SPIKE).attrs
        ours |= {f"{shock}/peak": found["peak"] - REST, f"{shock}/t": found["peak_time"]}
        ours |= {f"{shock}/min": found["trough"] - REST, f"{shock}/tmin": found["trough_time"]}
    ours["90/dip_u"], ours["90/dip_t"] = first_dip(90.0)
    compare(NUMBERS["membrane_AP_6p3"], ours, explained=off(SHARPER, SHOCKS))
    for shock in ("90", "15", "7"):
        *_, (at, peak), (after, trough) = exact.extremes(exact.kicked(float(shock)), ((10, 0),))
        assert ours[f"{shock}/t"] == pytest.approx(at, abs=1e-8) and ours[f"{shock}/tmin"] == pytest.approx(
            after, abs=1e-7
        )
        assert ours[f"{shock}/peak"] == pytest.approx(peak, abs=1e-8)
        assert ours[f"{shock}/min"] == pytest.approx(trough, abs=1e-8)
    (at, dip), *_ = exact.extremes(exact.kicked(90), ((1, 0),))
    assert (ours["90/dip_t"], ours["90/dip_u"]) == pytest.approx((at, dip), abs=1e-6)
    silent = experiments.anatomy(SQUID, 6.0, spike_threshold=SPIKE)
    assert "does not fire" in silent.attrs["status"] and "-2.113812 at 7.034" in NUMBERS["membrane_AP_6p3"]["6"]
    assert silent.attrs["trough"] - REST == pytest.approx(-2.113812, abs=5e-7)
    assert silent.attrs["trough_time"] == pytest.approx(7.034, abs=5e-4)


def first_dip(shock, state=None):
    """The first trough after a depolarisation, on a parabola through three samples."""
    state = dict(lo.resting_states(SQUID)[0].state if state is None else state)
    state["V"] += shock
    ds = lo.simulate(SQUID, duration=1.5, every=0.0005, initial=state, tolerance=1e-12, estimate_error=False)
    u, time = ds.V.values - REST, ds.time.values
    i = int(np.argmax(np.diff(u) > 0))
    a, b, c = u[i - 1 : i + 2]
    x = 0.5 * (a - c) / (a - 2 * b + c)
    return float(b - 0.25 * (a - c) * x), float(time[i] + x * 0.0005)


def test_a_warm_membrane_action_potential():
    found = experiments.anatomy(cell(18.5), 15.0).attrs
    ours = {"peak": found["peak"] - REST, "t": found["peak_time"], "min": found["trough"] - REST}
    ours |= {"tmin": found["trough_time"], "max_dVdt": found["rise"]}
    compare(NUMBERS["membrane_AP_18p5_15mV"], ours, explained=off(SHARPER, {"tmin": -3.07e-4, "max_dVdt": 4.54e-3}))
    (_, (_at, _peak), (after, _trough), *_) = exact.extremes(exact.kicked(15), ((10, 0),), 18.5)
    assert ours["tmin"] == pytest.approx(after, abs=1e-7)
    assert found["rise"] == pytest.approx(steepest(15, 18.5)[0], abs=1e-4)


def steepest(kick, celsius):
    """Greatest dV/dt (V/s) and conductance (mS/cm²) after a depolarisation, of SciPy's solution every 1e-5 ms."""
    (done,) = exact.courses(exact.kicked(kick), ((2, 0),), celsius, dense=True)
    v, m, h, n = done.sol(np.linspace(0, 2, 200_001))
    conductance = 120 * m**3 * h + 36 * n**4 + 0.3
    current = 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)
    return float(-current.min()), float(conductance.max())


def test_anode_break():
    printed, ours = NUMBERS["anode_break_6p3"], {}
    levels = {"release_from_minus30": 30.0, "release_from_minus26p5": 26.5, "release_from_minus10": 10.0}
    over = {"initial.V": REST - np.array(list(levels.values()))}
    found = lo.simulate(SQUID, duration=20, over=over, record=lo.Peak("V"), tolerance=1e-12, estimate_error=False)
    for name, peak, at in zip(levels, found.V_peak.values, found.V_peak_time.values, strict=True):
        ours |= {f"{name}/peak": float(peak) - REST, f"{name}/t": float(at)}

    def released(values, accuracy):
        ds = lo.simulate(
            SQUID, duration=60, over={"initial.V": REST - values}, spike_threshold=SPIKE, tolerance=accuracy,
            estimate_error=False,
        )  # fmt: skip
        return ds.spike_count.values > 0

    ours["threshold_hold"] = edge(released, 2.0, 4.0)
    for duration in printed["current_threshold"]:
        found = experiments.anode_break(SQUID, float(duration), tolerance=1e-11, spike_threshold=SPIKE)
        ours[f"current_threshold/{duration}"] = -found.attrs["threshold"]
    compare(printed, ours, explained=off(SHARPER, ANODE))
    for path in ANODE:
        length, least = float(path.rpartition("/")[2]), ours[path]
        assert exact.is_threshold(least, lambda j, d=length: exact.fires(exact.REST, ((d, -j), (60, 0))), 3e-10)


def test_a_second_shock():
    """After one of 15 mV: the peak after 90 mV, and the least that fires."""
    printed, ours = NUMBERS["refractory_6p3_after_15mV_spike"], {}
    bench = Bench(SQUID, SPIKE)
    delays = np.array([float(d) for d in printed["shock90_peak"]])
    states = bench.states_at(None, delays, {**bench.rest, "V": bench.rest["V"] + 15}, 1e-12)
    for name, state in zip(printed["shock90_peak"], states, strict=True):
        names = [v.path for v in bench.system.states]
        _, dip = first_dip(90.0, dict(zip(names, state, strict=True)))
        begin = {**dict(zip(names, state, strict=True)), "V": state[0] + 90}
        peak = lo.simulate(
            SQUID, duration=3, initial=begin, record=lo.Peak("V", after=dip), tolerance=1e-12, estimate_error=False
        )
        ours[f"shock90_peak/{name}"] = float(peak.V_peak) - REST
    intervals = [float(d) for d in printed["threshold_shock"]]
    found = experiments.refractory_period(
        SQUID, intervals, duration=0, first=15, spike_threshold=SPIKE, tolerance=1e-10, window=40
    )
    for name, value in zip(printed["threshold_shock"], found.threshold.values, strict=True):
        ours[f"threshold_shock/{name}"] = float(value)
    compare(printed, ours, explained=off(SHARPER, SECOND))
    more = table("more")["refractory"]
    compare(more, {key: float(found.ratio.sel(interval=float(key.split()[1]))) for key in more})
    (early,) = bench.states_at(None, np.array([5.0]), {**bench.rest, "V": bench.rest["V"] + 15}, 1e-12)
    begin = dict(zip(names, early, strict=True)) | {"V": early[0] + 90}
    falling = lo.simulate(SQUID, duration=1.5, initial=begin, tolerance=1e-10, estimate_error=False).V.values
    assert (np.diff(falling[falling > REST]) < 0).all()  # no second peak 5 ms after the first


def test_what_a_space_clamped_spike_moves():
    ours, energy = {}, {}
    for celsius in ("6.3", "18.5"):
        ds = experiments.energy(cell(celsius), 15.0)
        ours[f"{celsius}/Na_pmol"] = ds.attrs["sodium"]
        ours[f"{celsius}/K_pmol"] = potassium(ds, cell(celsius))
        total = ds["Na.conductance"] + ds["K.conductance"] + 0.3
        ours[f"{celsius}/gNa_max"] = ds.attrs["Na.peak_conductance"]
        ours[f"{celsius}/gK_max"] = ds.attrs["K.peak_conductance"]
        ours[f"{celsius}/gtot_max"] = crest(total.values)
        ours[f"{celsius}/maxdVdt"] = ds.attrs["rise"]
        energy |= {f"{celsius} sodium": ds.attrs["sodium"], f"{celsius} excess": ds.attrs["excess"]}
        rise, conductance = steepest(15, float(celsius))
        assert ours[f"{celsius}/maxdVdt"] == pytest.approx(rise, abs=1e-4)
        assert ours[f"{celsius}/gtot_max"] == pytest.approx(conductance, abs=3e-5)
    compare(
        NUMBERS["space_clamp_AP_15mV"], ours, explained=off(SHARPER, {"18.5/gtot_max": 8.9e-5, "18.5/maxdVdt": 4.54e-3})
    )
    compare(table("more")["energy"], energy)


def crest(values):
    """The largest value of a trace, on a parabola through three samples."""
    i = int(np.argmax(values))
    a, b, c = values[i - 1 : i + 2]
    return float(b - 0.125 * (a - c) ** 2 / (a - 2 * b + c))


def potassium(ds, axon):
    """pmol/cm² of potassium that leave, in excess of what leaves at rest."""
    (rest,) = lo.resting_states(axon)
    still = 36 * rest.state["K.n"] ** 4 * (rest.V + 77)
    return float(np.trapezoid(ds["K.I"].values - still, ds.time.values)) / 96485.33212 * 1e3


def test_statistics_of_independent_channels():
    """Open fraction p of one kind of channel; the variance of the open number is p (1 - p) N, by exact counting.

    Noise that is added to each gate (Fox & Lu 1994) gives about 16 n^7 (1 - n) instead (Goldwyn & Shea-Brown 2011).
    """
    ours = {}
    for u in ("0", "50"):
        still = steady_at(SQUID, REST + float(u))
        n, p = still["K.n"], still["K.n"] ** 4
        ours |= {f"variance K {u}": p * (1 - p), f"subunits K {u}": 16 * n**7 * (1 - n)}
        if u == "0":
            ours |= {"pNa 0": still["Na.m"] ** 3 * still["Na.h"], "pK 0": p}
    compare(table("more")["channel_statistics"], ours)


def test_ramps():
    ours = {}
    for slope in (s for s in NUMBERS["ramps_6p3"] if s != "note"):
        until = 12.0 if float(slope) > 0.3 else 200.0
        ramp = lo.Ramp(float(slope) * until, start=0, stop=until)
        ds = lo.simulate(
            SQUID, ramp, duration=until, spike_threshold=SPIKE, tolerance=1e-13, estimate_error=False
        )  # fmt: skip
        ours[slope] = float(ds.spike_times[0])
        true = exact.first_crossing(lambda t, s=float(slope): s * t, until)
        assert ours[slope] == pytest.approx(true, abs=2e-9)
    compare(NUMBERS["ramps_6p3"], ours, explained=off(SHARPER, RAMPS))


def test_a_number_that_is_missed_is_reported():
    """The comparison itself can fail."""
    compare("1.25", {"": 1.2549})
    with pytest.raises(AssertionError, match="off by"):
        compare("1.25", {"": 1.2551})
    with pytest.raises(AssertionError, match="off by"):
        compare("1.25", {"": math.nan})
    with pytest.raises(AssertionError, match="nothing is to be explained"):
        compare("1.25", {"": 1.25}, explained={"": (0.1, "why")})
