"""Checks of every channel of the library, from the one list that also feeds the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundness

import loligo as lo
from loligo.channels.library import Entry
from loligo.system import system

ENTRIES: list[Entry] = [getattr(lo.channels, name) for name in lo.channels.__all__]
# As published, these exceed 1 a little: Connor's fit of a, by 1.3 % at strong depolarisation; Pinsky & Rinzel's c within
# a microvolt of the point where its two formulas meet.
ABOVE_ONE = {"k_a_connor_stevens": 0.013, "bk_pinsky_rinzel": 1e-4}
JUMPS = ("KC.c",)  # Pinsky & Rinzel's c is printed as two formulas, which do not meet exactly


every = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.__name__)


@every
def test_finite_and_between_bounds_everywhere(entry: Entry) -> None:
    more = ABOVE_ONE.get(entry.__name__, 0.0)
    cell = entry.alone()
    paths = [o.path for o in system(cell).observables if o.kind == "steady state"]
    soundness.finite_and_bounded(cell, dict.fromkeys(paths, more) if more else {})


@every
def test_no_jump_at_singular_points(entry: Entry) -> None:
    soundness.smooth(entry.alone(), JUMPS)


@every
def test_ohmic_currents_reverse_at_e(entry: Entry) -> None:
    count = soundness.currents_reverse(entry.alone())
    assert count >= entry().ohmic


@every
def test_jacobian_agrees_with_finite_differences(entry: Entry) -> None:
    soundness.jacobian_is_the_derivative(entry.alone())


@every
def test_comes_back_from_a_file(entry: Entry, tmp_path: Path) -> None:
    soundness.comes_back_from_a_file(entry.alone(), tmp_path)


@every
def test_equations_can_be_set(entry: Entry) -> None:
    soundness.can_be_set(entry.alone())


@every
def test_says_where_it_comes_from(entry: Entry) -> None:
    channel = entry()
    assert channel.source and channel.doi.startswith("10.") and channel.preparation and channel.description
    assert entry.__doc__ and entry.family
    assert all(p.unit for _, p in channel.parameters)


def test_families() -> None:
    families = {e.family for e in ENTRIES}
    assert len(ENTRIES) >= 45
    assert families >= {
        "Na, transient", "Na, persistent", "K, delayed rectifier", "K, A type", "K, D type", "K, M type", "K, slow",
        "K, inward rectifier", "K(Ca), SK", "K(Ca), BK", "K(Ca), AHP", "Ca, L type", "Ca, T type", "HCN",
    }  # fmt: skip


def test_numbers_can_be_changed_by_keyword() -> None:
    channel = lo.channels.ca_t_pospischil(g=2, name="T")
    assert channel.name == "T" and dict(channel.parameters)["g"].value == 2
    cell = lo.cells.wang_buzsaki_1996() + channel
    assert "T.g" in cell.parameters and cell["T"] is channel


def test_a_keyword_that_the_channel_does_not_have_is_refused() -> None:
    with pytest.raises(lo.LoligoError, match=r"ca_t_pospischil: it has no 'gg'; did you mean 'g'"):
        lo.channels.ca_t_pospischil(gg=2)


def test_what_cannot_be_added_to_a_cell_says_what_to_do() -> None:
    cell = lo.cells.squid()
    with pytest.raises(lo.LoligoError, match=r"call it: squid \+ ca_t_pospischil\(\)"):
        cell + lo.channels.ca_t_pospischil  # type: ignore[operator]
    with pytest.raises(lo.LoligoError, match="add a channel or a pool"):
        cell + lo.cells.noble_1962()  # type: ignore[operator]
    with pytest.raises(lo.LoligoError, match=r"no such pool; add one first, such as cell \+ loligo.channels.calcium"):
        cell + lo.channels.k_ca_prinz()
    with pytest.raises(lo.LoligoError, match=r"two channels are called 'Na'; rename one"):
        cell + lo.channels.na_traub()
