"""Published cells, as data. Each function makes a cell; its file holds the paper, and the facts that it is checked by.

Files are imported when one of their cells is first asked for: a list of cells costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..model.cell import Cell
    from ..model.fact import Fact

_FILES: dict[str, tuple[str, ...]] = {
    "hodgkin_huxley_1952": ("squid", "squid_1952", "hodgkin_huxley_1952"),
    "noble_1962": ("noble_1962",),
    "frankenhaeuser_huxley_1964": ("frankenhaeuser_huxley_1964",),
    "beeler_reuter_1977": ("beeler_reuter_1977",),
    "connor_stevens_1977": ("connor_stevens_1977",),
    "morris_lecar_1981": (
        "morris_lecar_1981", "morris_lecar_1981_class2", "morris_lecar_1981_class1", "morris_lecar_1981_homoclinic",
    ),
    "plant_1981": ("plant_1981_r15",),
    "chay_keizer_1983": ("chay_keizer_1983",),
    "traub_miles_1991": ("traub_miles_1991",),
    "pinsky_rinzel_1994": ("pinsky_rinzel_1994",),
    "destexhe_1996": ("destexhe_1996_tc", "destexhe_1996_re"),
    "mainen_sejnowski_1996": ("mainen_sejnowski_1996_2comp",),
    "wang_buzsaki_1996": ("wang_buzsaki_1996",),
    "butera_1999": ("butera_1999_model1",),
    "erisir_1999": ("erisir_1999_reduced", "erisir_1999_full"),
    "mahon_2000": ("mahon_2000",),
    "mcintyre_2002": ("mcintyre_2002_mrg_node",),
    "olufsen_2003": ("olufsen_2003_rtm",),
    "prinz_2003": ("prinz_2003_ab_pd", "prinz_2003_lp", "prinz_2003_py"),
    "rothman_manis_2003": (
        "rothman_manis_2003_type_i_c", "rothman_manis_2003_type_i_t", "rothman_manis_2003_type_i_ii",
        "rothman_manis_2003_type_ii_i", "rothman_manis_2003_type_ii",
    ),
    "rubin_terman_2004": ("rubin_terman_2004_stn",),
    "golomb_2006": ("golomb_2006_ca1_zero_ca", "golomb_2006_ca1"),
    "golomb_2007": ("golomb_2007_fs",),
    "izhikevich_2007": (
        "izhikevich_2007_inap_ik", "izhikevich_2007_inap_ik_snic", "izhikevich_2007_inap_ik_bistable",
        "izhikevich_2007_inap_ik_hopf",
    ),
    "pospischil_2008": (
        "pospischil_2008_rs", "pospischil_2008_fs", "pospischil_2008_ib", "pospischil_2008_lts",
        "pospischil_2008_rs_modeldb", "pospischil_2008_fs_modeldb",
    ),
}  # fmt: skip
_FILE_OF = {name: file for file, names in _FILES.items() for name in names}

ALIASES = ("squid", "morris_lecar_1981", "izhikevich_2007_inap_ik")  # other names of cells that are listed too
__all__ = [*_FILE_OF]


def _module(name: str) -> Any:
    if name not in _FILE_OF:
        raise AttributeError(f"module 'loligo.cells' has no attribute '{name}'")
    module = importlib.import_module(f".{_FILE_OF[name]}", __name__)
    for made in _FILES[_FILE_OF[name]]:  # a file and its cell may have one name: it is the cell's
        globals()[made] = getattr(module, made)
    return module


def __getattr__(name: str) -> Callable[..., Cell]:
    made: Callable[..., Cell] = getattr(_module(name), name)
    return made


def __dir__() -> list[str]:
    return sorted(__all__)


def by_paper(names: Iterable[str]) -> list[list[str]]:
    """The names, those of one paper together."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_FILE_OF[name], []).append(name)
    return list(groups.values())


def facts(name: str) -> tuple[Fact, ...]:
    """What is known that the cell of that name does."""
    known: dict[str, tuple[Fact, ...]] = _module(name).FACTS
    return known[name]
