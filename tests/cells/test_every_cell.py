"""Checks of every cell of the library, from the one list that also feeds the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundness

import loligo as lo
from loligo.model.composition import state_paths
from loligo.system import system

# As published: Connor's fit of a by 1.3 % at strong depolarisation; Pinsky & Rinzel's c near where its formulas meet.
ABOVE_ONE = {"KA.a.inf": 0.013, "dendrite.KC.c.inf": 1e-4}
CELLS = [name for name in lo.cells.__all__ if name not in ("squid", "morris_lecar_1981", "izhikevich_2007_inap_ik")]


@pytest.fixture(params=CELLS)
def cell(request: pytest.FixtureRequest) -> lo.Cell:
    made: lo.Cell = getattr(lo.cells, request.param)()
    return made


def test_says_where_it_comes_from_and_what_it_holds_for(cell: lo.Cell) -> None:
    assert cell.source and cell.doi.startswith("10.") and cell.preparation and cell.validity and cell.description
    assert all(p.unit for p in cell.parameters.values())
    assert all(c.source or c.description == "leak" for _, c in cell.all_channels())


def test_finite_and_between_bounds_everywhere(cell: lo.Cell) -> None:
    soundness.finite_and_bounded(cell, ABOVE_ONE)


def test_no_jump_at_singular_points(cell: lo.Cell) -> None:
    soundness.smooth(cell, ("dendrite.KC.c",))


def test_ohmic_currents_reverse_at_e(cell: lo.Cell) -> None:
    assert soundness.currents_reverse(cell) >= 1


def test_jacobian_agrees_with_finite_differences(cell: lo.Cell) -> None:
    soundness.jacobian_is_the_derivative(cell)


def test_comes_back_from_a_file(cell: lo.Cell, tmp_path: Path) -> None:
    soundness.comes_back_from_a_file(cell, tmp_path)


def test_equations_can_be_set(cell: lo.Cell) -> None:
    soundness.can_be_set(cell)


def test_initial_state_is_one_of_the_cell(cell: lo.Cell) -> None:
    if cell.name in ("squid", "squid_1952"):
        return
    voltages, concentrations, _ = state_paths(cell)
    initial = dict(cell.initial)
    assert set(voltages) <= set(initial) and set(concentrations) <= set(initial)


def test_cells_of_one_structure_share_their_equations() -> None:
    first, second = lo.cells.pospischil_2008_rs(), lo.cells.pospischil_2008_fs_modeldb()
    assert system(first) is system(second)
    assert system(lo.cells.prinz_2003_ab_pd()) is system(lo.cells.prinz_2003_lp(2))
    assert system(lo.cells.rothman_manis_2003_type_i_c()) is system(lo.cells.rothman_manis_2003_type_ii())


def test_variants_are_named_and_unknown_ones_refused() -> None:
    for make in (lo.cells.morris_lecar_1981, lo.cells.izhikevich_2007_inap_ik):
        with pytest.raises(lo.LoligoError, match="no variant"):
            make(variant="hopff")
    with pytest.raises(lo.LoligoError, match="no cell 7"):
        lo.cells.prinz_2003_lp(7)


def test_a_file_and_its_cell_of_one_name_do_not_get_into_each_other_s_way() -> None:
    import importlib

    importlib.import_module("loligo.cells")
    assert callable(lo.cells.noble_1962) and lo.cells.noble_1962().name == "noble_1962"
    assert lo.cells.noble_1962().name == "noble_1962"


def test_the_1981_set_of_morris_and_lecar_fires_where_it_should() -> None:
    """Fig. 9: oscillations from 275 to 425 µA/cm²."""
    cell = lo.cells.morris_lecar_1981(variant="1981")
    ds = lo.simulate(cell, lo.Step(300), duration=220, spike_threshold=0)
    assert int(ds.spike_count) >= 5
