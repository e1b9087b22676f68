"""Stimuli: the pieces they are made of, and what they refuse."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from loligo import LoligoError, PathError
from loligo.model.stimulus import Line, Stimulus, Wave

INF = math.inf


def current(stimulus: Stimulus, t: float) -> float:
    """The sum of the pieces at one time, as their documentation defines them."""
    total = 0.0
    for piece in stimulus.pieces():
        if not piece.start <= t < piece.stop:
            continue
        s = t - piece.start
        if isinstance(piece, Line):
            slope = 0.0 if math.isinf(piece.stop) else (piece.last - piece.first) / (piece.stop - piece.start)
            total += piece.first + slope * s
        else:
            total += piece.amplitude * math.sin(piece.phase + piece.angular * s + piece.sweep * s**2)
    return total


def test_step() -> None:
    assert list(lo.Step(10, start=5, stop=45).pieces()) == [Line(5, 45, 10, 10)]
    assert list(lo.Step(10).pieces()) == [Line(0, INF, 10, 10)]
    assert lo.Step() == lo.Step(0, 0, INF)


def test_pulses() -> None:
    made = list(lo.Pulses(3, width=2, interval=20, count=3, start=1).pieces())
    assert made == [Line(1, 3, 3, 3), Line(21, 23, 3, 3), Line(41, 43, 3, 3)]
    assert len(list(lo.Pulses(1, width=2, interval=2, count=2).pieces())) == 2  # they may touch
    assert lo.Pulses(1, width=30, interval=2, count=1).count == 1  # one has no neighbour


def test_ramp() -> None:
    ramp = lo.Ramp(10, start=5, stop=15, initial=2)
    assert [current(ramp, t) for t in (4.9, 5, 10, 14.999999, 15, 99)] == pytest.approx([0, 2, 6, 10, 0, 0], abs=1e-5)
    assert current(lo.Ramp(10, 5, 15, 2, hold=True), 99) == 10


@given(st.floats(0, 200), st.floats(0, 200), st.floats(0, 7))
def test_sine_is_the_formula_of_its_documentation(t: float, frequency: float, phase: float) -> None:
    made = lo.Sine(3, frequency, start=10, stop=150, phase=phase, offset=1)
    wanted = 1 + 3 * math.sin(2 * math.pi * frequency * (t - 10) / 1000 + phase) if 10 <= t < 150 else 0.0
    assert current(made, t) == pytest.approx(wanted, abs=1e-9)


def test_chirp_sweeps_linearly_from_the_first_to_the_last_frequency() -> None:
    chirp = lo.Chirp(1, first=5, last=105, start=20, stop=1020)
    [wave] = chirp.pieces()
    assert isinstance(wave, Wave)
    hertz = [
        1e3 * (wave.angular + 2 * wave.sweep * s) / (2 * math.pi) for s in (0, 500, 1000)
    ]  # derivative of the phase
    assert hertz == pytest.approx([5, 55, 105], rel=1e-13)
    phases = [wave.phase + wave.angular * s + wave.sweep * s**2 for s in (0, 1000)]
    assert phases == pytest.approx([0, 2 * math.pi * 55])  # cycles: the mean frequency times one second
    assert current(chirp, 520) == pytest.approx(math.sin(2 * math.pi * (5 * 0.5 + 100 * 0.5**2 / 2)), abs=1e-12)


def test_waveforms() -> None:
    line, held = lo.Waveform([0, 1, 3], [1, 2, 5]), lo.Waveform([0, 1, 3], [1, 2, 5], "previous")
    assert [current(line, t) for t in (0, 0.5, 1, 2, 3)] == [1, 1.5, 2, 3.5, 0]
    assert [current(held, t) for t in (0, 0.5, 1, 2, 3)] == [1, 1, 2, 2, 0]
    assert repr(held) == "Waveform(3 samples, 0 to 3 ms, interpolation='previous')"
    late = lo.Waveform([5, 6], [1, 1])
    assert current(late, 4.9) == 0


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=9, unique=True), st.data())
def test_a_waveform_goes_through_its_samples(steps: list[int], data: Any) -> None:
    times = [k / 1000 for k in sorted(steps)]
    values = data.draw(st.lists(st.floats(-50, 50), min_size=len(times), max_size=len(times)))
    for interpolation in ("linear", "previous"):
        made = lo.Waveform(np.array(times), np.array(values), interpolation)
        assert [current(made, t) for t in times[:-1]] == values[:-1]


def test_noise_has_its_mean_as_piece() -> None:
    assert list(lo.Noise(2, mean=3, start=1, stop=4).pieces()) == [Line(1, 4, 3, 3)]


@given(st.floats(0, 100))
def test_stimuli_add_up(t: float) -> None:
    a, b, c = lo.Step(3, 10, 60), lo.Sine(2, 30), lo.Ramp(9, 5, 80)
    for total in (a + b + c, a + (b + c)):
        assert current(total, t) == pytest.approx(current(a, t) + current(b, t) + current(c, t), abs=1e-12)
    assert (a + b) + c == a + (b + c)
    assert a + b != b + a
    assert repr(a + lo.Step(1)) == "Step(amplitude=3, start=10, stop=60) + Step(amplitude=1, start=0, stop=inf)"


def test_only_stimuli_add_up() -> None:
    for other in (3, None, lo.VoltageClamp(-65, 0, 1, 2)):
        with pytest.raises(TypeError):
            lo.Step(1) + other  # type: ignore[operator]


@pytest.mark.parametrize(
    "made",
    [lo.Step(1, 2, 3), lo.Pulses(1), lo.Ramp(1), lo.Sine(1), lo.Chirp(1), lo.Noise(1), lo.Waveform([0, 1], [2, 3]), lo.Step(1) + lo.Sine(2),
     lo.VoltageClamp(-65, 0, 1, 2)],
    ids=lambda s: type(s).__name__,
)  # fmt: skip
def test_values(made: Any) -> None:
    copied = pickle.loads(pickle.dumps(made))
    assert copied == made
    assert hash(copied) == hash(made)
    assert repr(copied) == repr(made)
    if type(made).__name__ not in ("Waveform", "Sum"):
        assert eval(repr(made), {"inf": INF, **vars(lo), type(made).__name__: type(made)}) == made


def test_changed_into_a_new_one() -> None:
    step = lo.Step(1, 2, 3)
    hash(step)  # is remembered, and is no argument
    assert step.with_(amplitude=5) == lo.Step(5, 2, 3)
    assert lo.Waveform([0, 1], [2, 3]).with_(interpolation="previous").interpolation == "previous"
    with pytest.raises(PathError, match="Step has no 'amplitud': did you mean 'amplitude'"):
        step.with_(amplitud=3)
    with pytest.raises(LoligoError, match="stops at 1 ms, before it starts at 2 ms"):
        step.with_(stop=1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lo.Step(math.nan), r"Step\.amplitude: nan"), (lambda: lo.Step(INF), r"Step\.amplitude: inf"),
        (lambda: lo.Step("1"), r"Step\.amplitude: expected a number in µA/cm²"), (lambda: lo.Step(1, -1), r"Step\.start: -1 ms lies before"),
        (lambda: lo.Step(1, 5, 2), "Step: it stops at 2 ms, before it starts at 5 ms"), (lambda: lo.Step(1, INF), r"Step\.start: inf"),
        (lambda: lo.Step(1, 0, math.nan), r"Step\.stop: nan"),
        (lambda: lo.Pulses(1, count=0), r"Pulses\.count: 0; give"), (lambda: lo.Pulses(1, count=2.5), r"Pulses\.count: 2\.5"),
        (lambda: lo.Pulses(1, count=True), r"Pulses\.count"), (lambda: lo.Pulses(1, width=0), r"Pulses\.width: 0 ms"),
        (lambda: lo.Pulses(1, width=3, interval=2), "pulses of 3 ms every 2 ms would overlap"),
        (lambda: lo.Ramp(1, 3, 3), "Ramp: it starts and stops at 3 ms"), (lambda: lo.Ramp(1, 0, INF), r"Ramp\.stop: inf"),
        (lambda: lo.Sine(1, -3), r"Sine\.frequency: -3 Hz; give at least 0"), (lambda: lo.Sine(1, phase=math.nan), r"Sine\.phase: nan"),
        (lambda: lo.Chirp(1, start=3, stop=3), "Chirp: it starts and stops at 3 ms"), (lambda: lo.Chirp(1, last=-1), r"Chirp\.last: -1 Hz"),
        (lambda: lo.Noise(-1), r"Noise\.sigma: a standard deviation of -1"), (lambda: lo.Noise(1, tau=0), r"Noise\.tau: 0 ms; give a positive"),
        (lambda: lo.Noise(1, dt=-1), r"Noise\.dt: -1 ms"), (lambda: lo.Noise(1, seed=-1), r"Noise\.seed: -1"),
        (lambda: lo.Noise(1, seed=1.5), r"Noise\.seed: 1\.5; give a whole number"),
        (lambda: lo.Waveform([0, 1], [1]), "Waveform: 2 times but 1 values"), (lambda: lo.Waveform([0], [1]), "at least two samples"),
        (lambda: lo.Waveform([], []), "at least two samples"),
        (lambda: lo.Waveform([0, 0], [1, 2]), "sample 2, at 0 ms, repeats sample 1, at 0 ms"),
        (lambda: lo.Waveform([-1, 1], [1, 2]), "first sample, at -1 ms, lies before the run"),
        (lambda: lo.Waveform([0, math.nan], [1, 2]), r"Waveform\.times\[1\]: nan"), (lambda: lo.Waveform([0, INF], [1, 2]), r"times\[1\]: inf"),
        (lambda: lo.Waveform([0, 1], [1, math.nan]), r"Waveform\.values\[1\]: nan"), (lambda: lo.Waveform([0, None], [1, 2]), r"times\[1\]"),
        (lambda: lo.Waveform([0, 1], [1, 2], "cubic"), "'cubic'; use 'linear' or 'previous'"),
        (lambda: lo.Waveform(3, [1, 2]), r"Waveform\.times: expected a sequence"), (lambda: lo.Waveform(np.ones((2, 2)), [1, 2]), r"times\[0\]"),
        (lambda: lo.VoltageClamp(-65, 0, 5, 2), "the step lasts from 5 to 2 ms; give 0 <= start < stop"),
        (lambda: lo.VoltageClamp(-65, 0, 5, 5), "from 5 to 5 ms"), (lambda: lo.VoltageClamp(-65, 0, -5, 5), "from -5 to 5 ms"),
        (lambda: lo.VoltageClamp(math.nan, 0, 0, 1), r"VoltageClamp\.hold: nan"), (lambda: lo.VoltageClamp(0, "x", 0, 1), r"VoltageClamp\.step"),
    ],
)  # fmt: skip
def test_refused(make: Any, message: str) -> None:
    with pytest.raises(LoligoError, match=message):
        make()


def test_unsorted_times_are_said_to_go_back() -> None:
    with pytest.raises(LoligoError) as caught:
        lo.Waveform([0, 2, 1], [1, 2, 3])
    assert "which comes after sample 2 at 2 ms" not in str(caught.value)


@pytest.mark.parametrize("wrong", [None, math.nan, INF, "a"])
def test_counts_and_seeds_that_are_no_numbers(wrong: Any) -> None:
    with pytest.raises(LoligoError):
        lo.Pulses(1, count=wrong)
    with pytest.raises(LoligoError):
        lo.Noise(1, seed=wrong)


def test_voltage_clamp() -> None:
    clamp = lo.VoltageClamp(hold=-65, step=0, start=2, stop=12)
    assert list(clamp.pieces()) == [Line(2, 12, 65, 65)]  # on top of the holding potential
    assert repr(clamp) == "VoltageClamp(hold=-65, step=0, start=2, stop=12)"
