"""The Dataset: contents, units, provenance, files; errors stated and failures survived."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
import xarray as xr

import loligo as lo
from loligo.errors import LoligoError, LoligoWarning, PathError, SimulationError

SQUID = lo.cells.squid()


def test_contents_units_and_provenance():
    ds = lo.simulate(SQUID, lo.Step(10, 5, 45), duration=50, record=["Na.m", "Na.I", "K.conductance", "K.n.tau"])
    assert {"V", "stimulus", "spike_times", "spike_count", "Na.m", "Na.I", "K.conductance", "K.n.tau"} == set(
        ds.data_vars
    )
    units = {
        name: ds[name].attrs["units"] for name in ("time", "V", "Na.m", "Na.I", "K.conductance", "K.n.tau", "stimulus")
    }
    assert list(units.values()) == ["ms", "mV", "1", "µA/cm²", "mS/cm²", "ms", "µA/cm²"]
    np.testing.assert_allclose(np.diff(ds.time), 0.025, rtol=1e-9)
    attrs = ds.attrs
    assert attrs["cell"] == "squid" and attrs["method"] == "dopri5" and attrs["tolerance"] == 1e-6
    assert attrs["steps"] > 50 and attrs["seconds"] > 0 and attrs["loligo_version"] == lo.__version__
    assert "Hodgkin" in attrs["citation"] and json.loads(attrs["parameters"])["Na.g"] == 120
    np.testing.assert_allclose(ds.spike_times, [6.901232, 21.822653, 36.471890], atol=1e-5)


def test_record_all_and_unknown_names():
    ds = lo.simulate(SQUID, duration=1, record="all")
    assert {"Na.m", "Na.h", "K.n", "Na.I", "K.I", "leak.I", "Na.conductance"} <= set(ds.data_vars)
    with pytest.raises(PathError, match="Na.m"):
        lo.simulate(SQUID, duration=1, record=["Na.mm"])


@pytest.mark.parametrize("kind", ["netcdf", "zarr"])
def test_saved_and_reloaded_without_loss(kind, tmp_path):
    stimulus = lo.Step(10, 5) + lo.Noise(1, seed=3)
    ds = lo.simulate(SQUID, stimulus, duration=30, record="all")
    silent = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, 0, 1, 5), duration=6, record="all")
    for i, original in enumerate((ds, silent)):
        if kind == "netcdf":
            path = tmp_path / f"run{i}.nc"
            original.to_netcdf(path, engine="h5netcdf")
            again = xr.load_dataset(path, engine="h5netcdf")
        else:
            pytest.importorskip("zarr")
            path = tmp_path / f"run{i}.zarr"
            original.to_zarr(path, consolidated=False)
            again = xr.open_zarr(path, consolidated=False).load()
        xr.testing.assert_identical(again, original)


def test_the_definition_in_the_attributes_makes_the_same_cell():
    from loligo.model.files import from_dict

    cell = SQUID.with_({"Na.g": 100, "celsius": 12})
    ds = lo.simulate(cell, duration=1)
    assert from_dict(json.loads(ds.attrs["cell_definition"])) == cell


def test_a_step_too_long_blows_up_and_says_so():
    with pytest.warns(LoligoWarning, match=r"blew up at .* ms, .* first: the step of 0.15 ms is too long for 'rk4'"):
        ds = lo.simulate(SQUID, lo.Step(10, start=1), duration=40, method="rk4", dt=0.15)
    assert ds.attrs["status"].startswith("the run blew up")
    finite = np.isfinite(ds.V.values)
    assert finite[:40].all() and not finite[-1]


def test_a_run_whose_steps_become_endlessly_short_is_given_up():
    with pytest.warns(LoligoWarning, match=r"given up at 0.00.* ms after .* steps, which had become endlessly short"):
        ds = lo.simulate(SQUID, duration=50, initial={"V": -400})  # beta of m is 5e8 per ms there
    assert ds.attrs["status"].startswith("the run was given up")
    assert np.isinf(ds.attrs["error_V"])
    assert np.isfinite(ds.V.values[0]) and not np.isfinite(ds.V.values[-1])


def test_equations_that_diverge_say_so():
    unstable = lo.Cell("unstable", [lo.Channel("grow", current=-0.5 * lo.V * lo.V)])
    with pytest.warns(LoligoWarning, match="blew up at 0.4.* ms, V first"):
        ds = lo.simulate(unstable, duration=50, initial={"V": 5})  # V' = V^2 / 2 is infinite at t = 2 / 5
    assert not np.isfinite(ds.V.values[-1])


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"duration": 0}, "duration: 0 ms"),
        ({"duration": -5}, "positive"),
        ({"duration": float("nan")}, "duration"),
        ({"duration": 10, "tolerance": 0}, "tolerance: 0"),
        ({"duration": 10, "tolerance": 5}, "tolerance: 5"),
        ({"duration": 10, "every": 0}, "every"),
        ({"duration": 1e9, "every": 1e-3}, "would not fit in memory"),
        ({"duration": 10, "method": "rk5"}, "did you mean"),
        ({"duration": 10, "method": "rk4"}, "needs a step"),
        ({"duration": 10, "dt": 0.01}, "auto"),
        ({"duration": 10, "method": "rk4", "dt": -1}, "dt: -1"),
        ({"duration": 10, "spike_rise": 0}, "spike_rise"),
        ({"duration": 10, "stimulus": 10}, "not a stimulus"),
    ],
)
def test_bad_input_is_refused_where_it_is_given(kwargs, message):
    with pytest.raises(LoligoError, match=message):
        lo.simulate(SQUID, **kwargs)
    with pytest.raises(SimulationError, match="needs a cell"):
        lo.simulate("squid", duration=1)


def test_the_number_of_spikes_is_doubted_where_it_depends_on_the_accuracy():
    """Just below the current where tonic firing begins (6.26), a crude method fires too often or too seldom."""
    with pytest.warns(LoligoWarning, match="number of spikes changes"):
        ds = lo.simulate(SQUID, lo.Step(6.25), duration=150, method="exponential_euler", dt=0.05)
    assert np.isinf(ds.attrs["error_spike_times"])


def test_error_estimate_can_be_left_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds = lo.simulate(SQUID, lo.Step(10), duration=20, estimate_error=False)
    assert np.isnan(ds.attrs["error_V"]) and np.isnan(ds.attrs["error_spike_times"])


def test_an_a_current_in_five_lines():
    """The channel of the design document, dropped into the squid: it delays the spike (Connor et al. 1977)."""
    v = lo.V
    ka = lo.Channel("KA", g=47.7, E=-75,
        a=lo.Gate(3, inf=(0.0761*lo.exp((v+94.22)/31.84)/(1+lo.exp((v+1.17)/28.93)))**(1/3),
        tau=0.3632+1.158/(1+lo.exp((v+55.96)/20.12))), b=lo.Gate(1, inf=1/(1+lo.exp((v+53.3)/14.54))**4,
        tau=1.24+2.678/(1+lo.exp((v+50)/16.027))), source="Connor et al. 1977")  # fmt: skip
    plain = lo.simulate(SQUID, lo.Step(15, start=5), duration=60)
    with_ka = lo.simulate(SQUID + ka, lo.Step(15, start=5), duration=60, record="all")
    assert {"KA.a", "KA.b", "KA.I"} <= set(with_ka.data_vars)
    assert int(with_ka.spike_count) != int(plain.spike_count) or float(with_ka.spike_times[0]) > float(
        plain.spike_times[0]
    )
