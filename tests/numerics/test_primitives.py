"""Elementary functions against mpmath: within a few units in the last place, in both precisions."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from compiled import elementwise

PRECISIONS = {"double": np.float64, "single": np.float32}


def ulps(got, exact, real):
    """Largest error in units in the last place of the exact value."""
    with mpmath.workdps(40):
        worst = 0.0
        for g, e in zip(got, exact, strict=True):
            unit = float(np.spacing(real(abs(float(e))))) or 5e-324
            worst = max(worst, float(abs(mpmath.mpf(float(g)) - e)) / unit)
    return worst


def grid(low, high, real, count=4001):
    rng = np.random.default_rng(1)
    return np.concatenate([np.linspace(low, high, count), rng.uniform(low, high, count)]).astype(real)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("name", "limit", "allowed"), [("exp", 80, 1.5), ("expm1", 80, 2.5), ("exprel", 80, 3.0)])
def test_exponentials(precision, name, limit, allowed, tmp_path):
    real = PRECISIONS[precision]
    tiny = np.array([0.0, 1e-300, -1e-300, 1e-30, -1e-9, 3e-5, -0.34, 0.35], dtype=real)
    x = np.concatenate([grid(-limit, limit, real), grid(-1, 1, real), tiny])
    exact = {
        "exp": mpmath.exp,
        "expm1": mpmath.expm1,
        "exprel": lambda v: mpmath.expm1(v) / v if v != 0 else mpmath.mpf(1),
    }[name]
    with mpmath.workdps(40):
        reference = [exact(mpmath.mpf(float(v))) for v in x]
    assert ulps(elementwise(name, precision, tmp_path)(x), reference, real) <= allowed


@pytest.mark.parametrize("precision", PRECISIONS)
def test_log(precision, tmp_path):
    real = PRECISIONS[precision]
    x = np.concatenate([np.exp(grid(-60, 60, real)), grid(0.5, 2, real)]).astype(real)
    with mpmath.workdps(40):
        reference = [mpmath.log(mpmath.mpf(float(v))) for v in x]
    log = elementwise("log", precision, tmp_path)
    assert ulps(log(x), reference, real) <= 2.5
    assert np.isnan(log([-1.0, np.nan])).all()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_power(precision, tmp_path):
    real = PRECISIONS[precision]
    x, p = grid(0.01, 3, real, 501), grid(-3, 4, real, 501)
    eps = float(np.finfo(real).eps)
    with mpmath.workdps(40):
        reference = np.array([float(mpmath.mpf(float(a)) ** mpmath.mpf(float(q))) for a, q in zip(x, p, strict=True)])
    assert np.max(np.abs(elementwise("power", precision, tmp_path, 2)(x, p) / reference - 1)) < 30 * eps


@pytest.mark.parametrize("precision", PRECISIONS)
def test_linoid_with_an_exponential_of_eight_ulps(precision, tmp_path):
    """x / (e^x - 1) stays within rounding even where the shared e^x is a power, and so less exact."""
    real = PRECISIONS[precision]
    eps = float(np.finfo(real).eps)
    x = np.concatenate([grid(-30, 30, real), grid(-1.5, 1.5, real), np.array([0.0, 1e-20, -1e-20, 1.0, -1.0], real)])
    rough = (np.exp(x.astype(np.float64)) * (1 + 4 * eps)).astype(real)
    with mpmath.workdps(40):
        exact = [v / mpmath.expm1(v) if v != 0 else mpmath.mpf(1) for v in (mpmath.mpf(float(u)) for u in x)]
    got = elementwise("linoid", precision, tmp_path, 2)(x, rough)
    relative = [abs(float(g) / float(e) - 1) for g, e in zip(got, exact, strict=True)]
    assert max(relative) < 10 * eps


@pytest.mark.parametrize("precision", PRECISIONS)
def test_phi2(precision, tmp_path):
    real = PRECISIONS[precision]
    x = np.concatenate([grid(-30, 30, real), grid(-1.2, 1.2, real), np.zeros(1, real)])
    with mpmath.workdps(40):
        exact = [
            (mpmath.expm1(v) - v) / v**2 if v != 0 else mpmath.mpf("0.5") for v in (mpmath.mpf(float(u)) for u in x)
        ]
    relative = [
        abs(float(g) / float(e) - 1) for g, e in zip(elementwise("phi2", precision, tmp_path)(x), exact, strict=True)
    ]
    assert max(relative) < 12 * float(np.finfo(real).eps)


def test_a_nan_survives_and_nothing_overflows(tmp_path):
    for name in ("exp", "expm1", "exprel"):
        f = elementwise(name, "double", tmp_path)
        values = f([np.nan, 1e6, -1e6])
        assert np.isnan(values[0])
        assert np.isfinite(values[1:]).all()


@pytest.mark.parametrize("precision", ["double", "single"])
def test_rough_powers_are_right_to_three_decimals(precision, tmp_path):
    x = np.geomspace(1e-20, 1e20, 4001)
    assert np.max(np.abs(elementwise("rough_log2", precision, tmp_path)(x) - np.log2(x))) < 1e-3
    y = np.linspace(-60, 60, 4001)
    assert np.max(np.abs(elementwise("rough_exp2", precision, tmp_path)(y) / 2**y - 1)) < 1e-3
