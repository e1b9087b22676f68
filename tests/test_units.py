"""The door through which every number comes in."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pint
import pytest
import sympy
import xarray as xr

import loligo as lo
from loligo import UnitError, V
from loligo.units import number, numbers_in

UREG = pint.UnitRegistry()
Q = UREG.Quantity
SQUID = lo.cells.squid()


@pytest.mark.parametrize(
    ("value", "unit", "wanted"),
    [
        (Q(0.05, "V"), "mV", 50), (Q(2, "s"), "ms", 2000), (Q(1, "minute"), "ms", 60_000), (Q(10_000, "nA/cm**2"), "µA/cm²", 10),
        (Q(0.1, "A/m**2"), "µA/cm²", 10), (Q(1200, "S/m**2"), "mS/cm²", 120), (Q(0.12, "siemens/cm**2"), "mS/cm²", 120),
        (Q(0.01, "F/m**2"), "µF/cm²", 1), (Q(279.45, "kelvin"), "°C", 6.3), (Q(68, "degF"), "°C", 20), (Q(0.05, "kHz"), "Hz", 50),
        (Q(2, "mol/m**3"), "mM", 2), (Q(0.5, "mm"), "µm", 500), (Q(0.354, "ohm*m"), "Ω·cm", 35.4), (Q(2, "pA"), "nA", 0.002),
        (Q(100, "Hz"), "1/ms", 0.1), (Q(90, "degree"), "rad", math.pi / 2), (Q(50, "percent"), "1", 0.5), (Q(3, ""), "1", 3),
    ],
)  # fmt: skip
def test_quantities_are_converted(value: Any, unit: str, wanted: float) -> None:
    assert number(value, unit, "x") == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "value",
    [
        2,
        2.0,
        np.float64(2),
        np.float32(2),
        np.int8(2),
        np.array(2.0),
        np.array(2),
        Fraction(2),
        sympy.Integer(2),
        xr.DataArray(2.0),
    ],
)
def test_numbers_of_any_kind(value: Any) -> None:
    made = number(value, "mV", "x")
    assert made == 2.0
    assert type(made) is float


@pytest.mark.parametrize(
    "value",
    ["2", None, 1j, True, np.True_, [2], (2,), np.array([2.0]), V, {}, Q([1.0, 2.0], "mV"), Q("2 mA"), object()],
)
def test_what_is_no_number_in_that_unit(value: Any) -> None:
    with pytest.raises(UnitError, match=r"^Na\.E: .*mV"):
        number(value, "mV", "Na.E")


@pytest.mark.parametrize("value", [math.nan, np.nan, np.array(np.nan), Q(math.nan, "mV")])
def test_nan_is_never_a_number(value: Any) -> None:
    for finite in (True, False):
        with pytest.raises(UnitError, match=r"^Na\.E: nan is not .*number; give a value in mV"):
            number(value, "mV", "Na.E", finite=finite)


@pytest.mark.parametrize("value", [math.inf, -math.inf, Q(math.inf, "mV")])
def test_infinity_only_where_it_means_something(value: Any) -> None:
    with pytest.raises(UnitError, match="is not a finite number"):
        number(value, "mV", "x")
    assert math.isinf(number(value, "mV", "x", finite=False))


def test_integers_beyond_all_floats() -> None:
    with pytest.raises(UnitError):
        number(10**400, "mV", "x")


# ---------------------------------------------------------------------------- a quantity wherever a number is expected


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("Na.g", Q(600, "S/m**2"), 60), ("Na.E", Q(0.055, "V"), 55), ("Na.q10", Q(2.5, ""), 2.5),
        ("Na.celsius_ref", Q(291.65, "kelvin"), 18.5), ("celsius", Q(291.65, "kelvin"), 18.5),
        ("capacitance", Q(0.02, "F/m**2"), 2),
    ],
)  # fmt: skip
def test_parameters(path: str, value: Any, wanted: float) -> None:
    changed = SQUID.with_({path: value})
    assert changed.parameters[path].value == pytest.approx(wanted, rel=1e-12)
    assert changed.parameters[path].unit == SQUID.parameters[path].unit


def test_constructors() -> None:
    channel = lo.Channel(
        "X",
        g=Q(10, "S/m**2"),
        E=Q(-0.07, "V"),
        q10=3,
        celsius_ref=Q(279.45, "kelvin"),
        k=lo.Parameter(Q(2, "mol/m**3"), "mM"),
    )
    values = {name: p.value for name, p in channel.parameters}
    assert values == pytest.approx({"g": 1, "E": -70, "q10": 3, "celsius_ref": 6.3, "k": 2}, rel=1e-12)
    cell = lo.Cell("c", channel, Q(0.01, "F/m**2"), Q(300, "kelvin"), initial={"V": Q(-0.06, "V")})
    assert (cell.capacitance.value, cell.celsius.value) == pytest.approx((1, 26.85), rel=1e-12)
    assert dict(cell.initial) == pytest.approx({"V": -60})
    assert SQUID.block("Na", Q(90, "percent")).parameters["Na.g"].value == pytest.approx(12)


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (lo.Step(Q(10_000, "nA/cm**2"), Q(0.005, "s"), Q(45, "ms")), lo.Step(10, 5, 45)),
        (lo.Pulses(Q(10, "uA/cm**2"), Q(1000, "us"), Q(0.02, "s"), 3, Q(1, "ms")), lo.Pulses(10, 1, 20, 3, 1)),
        (lo.Ramp(Q(0.1, "A/m**2"), Q(1, "ms"), Q(0.1, "s"), Q(1000, "nA/cm**2")), lo.Ramp(10, 1, 100, 1)),
        (lo.Sine(1, Q(0.05, "kHz"), phase=Q(180, "degree")), lo.Sine(1, 50, phase=math.pi)),
        (lo.Chirp(1, Q(0.001, "kHz"), Q(0.2, "kHz"), stop=Q(1, "s")), lo.Chirp(1, 1, 200, stop=1000)),
        (lo.Noise(Q(1000, "nA/cm**2"), Q(0.002, "s"), dt=Q(25, "us")), lo.Noise(1, 2, dt=0.025)),
        (lo.Waveform(Q([0, 0.001], "s"), Q([0, 1000], "nA/cm**2")), lo.Waveform([0, 1], [0, 1])),
        (lo.Waveform([Q(0, "s"), 1], [0, Q(1000, "nA/cm**2")]), lo.Waveform([0, 1], [0, 1])),
        (lo.VoltageClamp(Q(-0.065, "V"), Q(0, "V"), Q(0.002, "s"), 12), lo.VoltageClamp(-65, 0, 2, 12)),
    ],
    ids=lambda s: type(s).__name__,
)  # fmt: skip
def test_stimuli(made: Any, wanted: Any) -> None:
    given, expected = vars(made), vars(wanted)
    assert given.keys() == expected.keys()
    for name in expected:
        assert given[name] == (
            expected[name] if isinstance(expected[name], str) else pytest.approx(expected[name], rel=1e-12)
        )


@pytest.mark.parametrize(
    ("make", "name", "unit"),
    [
        (lambda: SQUID.with_({"Na.g": Q(60, "mV")}), r"Na\.g", "mS/cm²"),
        (lambda: SQUID.with_({"Na.g": Q(60, "nS")}), r"Na\.g", "mS/cm²"),  # per membrane area, not in total
        (lambda: SQUID.with_({"celsius": Q(60, "mV")}), "celsius", "°C"),
        (lambda: lo.Channel("X", g=1, E=Q(1, "mS")), r"X\.E", "mV"),
        (lambda: lo.Cell("c", SQUID.channels, Q(1, "pF")), "capacitance", "µF/cm²"),
        (lambda: lo.Cell("c", SQUID.channels, initial={"V": Q(1, "ms")}), "initial V", "mV"),
        (lambda: lo.Step(Q(10, "nA")), r"Step\.amplitude", "µA/cm²"),
        (lambda: lo.Step(10, start=Q(10, "mV")), r"Step\.start", "ms"),
        (lambda: lo.Sine(1, Q(10, "ms")), r"Sine\.frequency", "Hz"),
        (lambda: lo.Waveform(Q([0, 1], "V"), [1, 2]), r"Waveform\.times", "ms"),
        (lambda: lo.VoltageClamp(Q(-65, "ms"), 0, 1, 2), r"VoltageClamp\.hold", "mV"),
    ],
)  # fmt: skip
def test_a_wrong_dimension_names_the_parameter_and_its_unit(make: Any, name: str, unit: str) -> None:
    with pytest.raises(UnitError, match=rf"^{name}: cannot convert .*to {unit}"):
        make()


def test_sequences() -> None:
    assert numbers_in(np.arange(3.0), "ms", "t") == (0.0, 1.0, 2.0)
    assert numbers_in((x for x in (1, 2)), "ms", "t") == (1.0, 2.0)
    assert numbers_in(Q([1.0, 2.0], "s"), "ms", "t") == (1000.0, 2000.0)
    assert numbers_in([], "ms", "t") == ()
    with pytest.raises(UnitError, match=r"t\[1\]: expected a number in ms, got 'a'"):
        numbers_in([1, "a"], "ms", "t")
    with pytest.raises(UnitError, match=r"t\[2\]: nan"):
        numbers_in([1, 2, math.nan], "ms", "t")
    with pytest.raises(UnitError, match=r"t\[0\]: expected a number"):
        numbers_in(np.zeros((2, 2)), "ms", "t")
    with pytest.raises(UnitError, match="t: expected a sequence of numbers in ms, got 3"):
        numbers_in(3, "ms", "t")


def test_an_array_without_dimensions_is_no_sequence() -> None:
    with pytest.raises(UnitError, match="expected a sequence"):
        numbers_in(np.array(3.0), "ms", "t")


@pytest.mark.parametrize(
    "extra", [{"default": Q(0.002, "V")}, {"bounds": (Q(0, "V"), Q(2, "V"))}], ids=["default", "bounds"]
)
def test_default_and_bounds_of_a_parameter_may_be_quantities_too(extra: dict[str, Any]) -> None:
    made = lo.Parameter(Q(0.001, "V"), "mV", **extra)
    assert made.default in (1.0, 2.0)
    assert made.bounds in ((-math.inf, math.inf), (0.0, 2000.0))
