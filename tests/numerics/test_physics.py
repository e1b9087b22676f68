"""The generated, compiled physics: right to rounding at the singular points, vectorised, and free of numbers."""

from __future__ import annotations

import re
from pathlib import Path

import llvmlite.binding as llvm
import mpmath
import numpy as np
import pytest
from compiled import module, rates

import loligo as lo
from loligo.numerics import cache, kernel
from loligo.system import system


def hodgkin_huxley(v, m, h, n, current=0.0):
    """The 1952 equations, typed again from the paper (today's sign), in the arithmetic of the arguments."""
    exp, mp = mpmath.exp, mpmath.mpf

    def vtrap(x, k):
        return k if x == 0 else x / mpmath.expm1(x / k)

    am, bm = mp("0.1") * vtrap(-(v + 40), 10), 4 * exp(-(v + 65) / 18)
    ah, bh = mp("0.07") * exp(-(v + 65) / 20), 1 / (exp(-(v + 35) / 10) + 1)
    an, bn = mp("0.01") * vtrap(-(v + 55), 10), mp("0.125") * exp(-(v + 65) / 80)
    dv = current - 120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - mp("0.3") * (v + mp("54.387"))
    return dv, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n


def neighbourhood(point, real):
    """A voltage, its neighbours one unit in the last place away, and a sweep around it."""
    here = real(point)
    near = [here, np.nextafter(here, real(0)), np.nextafter(here, real(-100))]
    sweep = [point + s * 10.0**e for e in range(-14, 1) for s in (-1, 1)]
    return np.array([*near, *sweep, *np.linspace(point - 3, point + 3, 31)], dtype=real)


@pytest.mark.parametrize(("precision", "real"), [("double", np.float64), ("single", np.float32)])
@pytest.mark.parametrize("point", [-40.0, -55.0])
def test_rates_at_the_removable_singularities(precision, real, point):
    """alpha_m at -40 mV and alpha_n at -55 mV, their neighbours and a sweep, against mpmath: relative to rounding."""
    v = neighbourhood(point, real)
    shut = np.zeros((4, len(v)), dtype=real)
    shut[0] = v
    slopes = rates(lo.cells.squid(), shut, precision=precision)  # with m = h = n = 0, dx/dt is alpha
    eps = float(np.finfo(real).eps)
    with mpmath.workdps(40):
        for i, x in enumerate(v):
            exact = hodgkin_huxley(mpmath.mpf(float(x)), 0, 0, 0)
            for row in (1, 2, 3):
                assert abs(float(slopes[row, i]) / float(exact[row]) - 1) < 12 * eps, (float(x), row)


@pytest.mark.parametrize(("precision", "real"), [("double", np.float64), ("single", np.float32)])
def test_right_hand_side_everywhere(precision, real):
    """Random states between -120 and 80 mV against mpmath, relative to the largest term."""
    rng = np.random.default_rng(3)
    y = np.vstack([rng.uniform(-120, 80, 60), rng.uniform(0, 1, (3, 60))]).astype(real)
    slopes = rates(lo.cells.squid(), y, current=7.5, precision=precision)
    eps = float(np.finfo(real).eps)
    scale = np.array([4e4, 50.0, 20.0, 20.0])
    with mpmath.workdps(40):
        for i in range(60):
            exact = hodgkin_huxley(*(mpmath.mpf(float(x)) for x in y[:, i]), current=mpmath.mpf("7.5"))
            for row in range(4):
                assert abs(float(slopes[row, i]) - float(exact[row])) < 16 * eps * scale[row]


def test_linear_form_agrees_with_the_derivatives():
    rng = np.random.default_rng(4)
    y = np.vstack([rng.uniform(-100, 60, 64), rng.uniform(0, 1, (3, 64))])
    for cell in (lo.cells.squid(), lo.cells.squid_1952().with_(celsius=18.5)):
        a, s = rates(cell, y, current=3.0, linear=True)
        f = rates(cell, y, current=3.0)
        np.testing.assert_allclose(a - s * y, f, rtol=1e-11, atol=1e-9)


def compile_of(source: str, folder: Path):
    return next(iter(module(source, folder / "physics_asm.py").COMPILED[0].overloads.values()))


def test_the_loop_over_lanes_is_vector_code(tmp_path):
    """Count packed arithmetic in the machine code; lost vectorisation costs a factor of three or more."""
    features = llvm.get_host_cpu_features()
    if not (features.get("avx2") or features.get("avx512f") or "neon" in features.flatten()):
        pytest.skip("this processor has no vector unit that the test knows")
    _, texts = kernel.physics_source(system(lo.cells.squid()), "explicit", 64)
    assembly = compile_of(texts["derivatives"], tmp_path).library.get_asm_str()
    packed = len(
        re.findall(r"\bv?f?n?m?(?:mul|add|sub|div|madd|fmadd\w*|fmsub\w*|fnmadd\w*|fmla|fmls)\w*p[ds]\b", assembly)
    )
    packed += len(re.findall(r"\bf(?:mul|add|sub|div|mla|mls)\s+v\d+\.(?:2d|4s)", assembly))
    assert packed > 60, f"only {packed} packed instructions"


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """An empty folder of kernels, and nothing remembered in this process."""
    monkeypatch.setenv("LOLIGO_CACHE_DIR", str(tmp_path))
    for remembered in (kernel.physics, kernel.integrator, cache.addresses):
        remembered.cache_clear()
    return tmp_path


def test_parameter_values_never_compile(empty_cache):
    """New numbers, in parameters or inside formulas, find the kernel that is there."""
    tmp_path = empty_cache
    squid = lo.cells.squid()
    lo.simulate(squid, lo.Step(10), duration=2, every=1)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4  # the physics and the integrator, each as text and as machine code
    changed = squid.with_({"Na.g": 99, "K.E": -80, "celsius": 11.3, "capacitance": 1.2, "leak.E": -50, "Na.q10": 2.5})
    lo.simulate(changed, lo.Ramp(3, stop=1) + lo.Sine(2, 100), duration=3, every=0.1, tolerance=1e-8)
    alpha = 0.1 * (lo.V + 41) / (1 - lo.exp(-(lo.V + 41) / 10))
    lo.simulate(squid.with_({"Na.m.alpha": alpha}), lo.Pulses(4, 0.2, 1), duration=2, initial={"V": -60})
    assert sorted(tmp_path.iterdir()) == files


def test_the_kernel_text_holds_no_number_of_the_cell():
    """Cells that differ in parameters and in constants of their formulas have the same text."""
    squid = lo.cells.squid()
    alpha = 0.1 * (lo.V + 41) / (1 - lo.exp(-(lo.V + 41) / 10))
    other = squid.with_({"Na.m.alpha": alpha, "Na.g": 1, "leak.g": 2, "celsius": 20})
    one, two = (kernel.physics_source(system(c), "explicit", 4)[1] for c in (squid, other))
    assert one == two


def test_kernel_files_are_readable_python(empty_cache):
    tmp_path = empty_cache
    kernel.physics(system(lo.cells.squid()), "explicit", 4)
    (file,) = tmp_path.glob("physics-*.py")
    text = file.read_text()
    compile(text, str(file), "exec")
    assert "Na_m" in text and "linoid" in text
    assert cache.folder() == tmp_path
