"""Published channels, as data: ``channels.ca_t_destexhe(g=2)``. Each function makes one; its file holds the paper.

Files are imported when one of their channels is first asked for. Short names, such as ``ca_t``, stand for one published
channel of each family.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .library import Entry

_FILES: dict[str, tuple[str, ...]] = {
    "beeler_reuter_1977": (
        "na_beeler_reuter", "ca_beeler_reuter", "k1_beeler_reuter", "x1_beeler_reuter",
    ),
    "butera_1999": (
        "na_butera", "na_p_butera", "k_butera",
    ),
    "chay_keizer_1983": (
        "ca_chay_keizer", "k_chay_keizer", "k_ca_chay_keizer",
    ),
    "connor_stevens_1977": (
        "na_connor_stevens", "k_connor_stevens", "k_a_connor_stevens",
    ),
    "destexhe_1996": (
        "ca_t_destexhe", "ca_t_destexhe_re", "h_destexhe",
    ),
    "erisir_1999": (
        "na_erisir", "na_erisir_reduced", "kv1_erisir", "kv3_erisir",
    ),
    "frankenhaeuser_huxley_1964": (
        "na_frankenhaeuser_huxley", "na_p_frankenhaeuser_huxley", "k_frankenhaeuser_huxley",
    ),
    "golomb_2006": (
        "na_golomb_ca1", "na_p_golomb", "k_golomb_ca1", "k_a_golomb", "k_m_golomb", "ca_golomb", "bk_golomb",
        "ahp_golomb",
    ),
    "golomb_2007": (
        "na_golomb_fs", "k_golomb_fs", "k_d_golomb",
    ),
    "hodgkin_huxley_1952": (
        "na_hodgkin_huxley", "k_hodgkin_huxley", "leak_hodgkin_huxley",
    ),
    "izhikevich_2007": (
        "na_p_izhikevich", "k_izhikevich",
    ),
    "mahon_2000": (
        "na_mahon", "k_mahon", "kir_mahon", "k_a_mahon", "k_as_mahon", "k_rp_mahon", "na_p_mahon", "na_s_mahon",
    ),
    "mainen_sejnowski_1996": (
        "na_mainen", "kv_mainen", "k_m_mainen", "k_ca_mainen", "ca_mainen",
    ),
    "mcintyre_2002": (
        "na_mcintyre", "na_p_mcintyre", "k_s_mcintyre",
    ),
    "morris_lecar_1981": (
        "ca_morris_lecar", "k_morris_lecar",
    ),
    "noble_1962": (
        "na_noble", "k1_noble", "k2_noble",
    ),
    "olufsen_2003": (
        "na_olufsen", "k_olufsen",
    ),
    "pinsky_rinzel_1994": (
        "na_pinsky_rinzel", "k_pinsky_rinzel", "ca_pinsky_rinzel", "bk_pinsky_rinzel", "ahp_pinsky_rinzel",
    ),
    "plant_1981": (
        "na_plant", "ca_plant", "k_plant", "k_ca_plant",
    ),
    "pospischil_2008": (
        "k_m_pospischil", "ca_l_pospischil", "ca_t_pospischil",
    ),
    "prinz_2003": (
        "na_prinz", "ca_t_prinz", "ca_s_prinz", "k_a_prinz", "k_ca_prinz", "k_prinz", "h_prinz",
    ),
    "rothman_manis_2003": (
        "na_rothman_manis", "k_ht_rothman_manis", "k_lt_rothman_manis", "k_a_rothman_manis", "h_rothman_manis",
    ),
    "rubin_terman_2004": (
        "na_rubin_terman", "k_rubin_terman", "ahp_rubin_terman", "ca_rubin_terman", "ca_t_rubin_terman",
    ),
    "traub_miles_1991": (
        "na_traub", "k_traub",
    ),
    "wang_buzsaki_1996": (
        "na_wang_buzsaki", "k_wang_buzsaki",
    ),
    "de_schutter_bower_1994": ("ca_p_de_schutter",),
    "destexhe_1994": ("can_destexhe", "ampa_destexhe", "nmda_destexhe", "gaba_a_destexhe"),
    "kager_2000": ("nak_pump_kager",),
    "raman_bean_2001": ("na_r_raman_bean",),
    "jaffe_1994": ("ca_n_jaffe",),
    "gap_junction": ("gap_bennett",),
    "synapses": (
        "ampa_brunel_wang", "nmda_brunel_wang", "gaba_a_brunel_wang", "alpha_rall", "dual_exponential_wilson_bower",
    ),
}  # fmt: skip
_SHORT = {
    "na": "na_hodgkin_huxley", "na_p": "na_p_mcintyre", "na_r": "na_r_raman_bean", "k_dr": "k_hodgkin_huxley",
    "k_a": "k_a_connor_stevens", "k_d": "k_d_golomb", "k_m": "k_m_pospischil", "k_slow": "k_s_mcintyre",
    "kir": "kir_mahon", "sk": "k_ca_plant", "bk": "bk_golomb", "ahp": "ahp_golomb", "ca_l": "ca_l_pospischil",
    "ca_p": "ca_p_de_schutter", "ca_r": "ca_golomb", "ca_t": "ca_t_pospischil", "h": "h_prinz", "can": "can_destexhe",
    "leak": "leak_hodgkin_huxley", "pump": "nak_pump_kager", "ampa": "ampa_brunel_wang",
    "nmda": "nmda_brunel_wang", "gaba_a": "gaba_a_brunel_wang", "alpha": "alpha_rall",
    "dual_exponential": "dual_exponential_wilson_bower", "gap": "gap_bennett", "ca_n": "ca_n_jaffe",
}  # fmt: skip
_FILE_OF = {name: file for file, names in _FILES.items() for name in names}

__all__ = [*_FILE_OF]


def __getattr__(name: str) -> Entry:
    if name == "calcium_shell":
        from .library import calcium_shell

        return calcium_shell  # type: ignore[return-value]
    name = _SHORT.get(name, name)
    if name not in _FILE_OF:
        raise AttributeError(f"module 'loligo.channels' has no attribute '{name}'")
    found: Entry = getattr(importlib.import_module(f".{_FILE_OF[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, *_SHORT, "calcium_shell"])
