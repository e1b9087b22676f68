"""``loligo import`` and ``loligo export``."""

from __future__ import annotations

from pathlib import Path

import pytest

MOD = Path(__file__).parents[1] / "formats" / "mod"


@pytest.mark.parametrize("file", ["squid.mod", "na_scheme.mod", "kca.mod", "cal.mod"])
def test_a_mechanism_becomes_equations_and_a_file_that_is_read_back(loligo, folder, file):
    done = loligo("import", str(MOD / file), "--save", "channel.toml")
    assert done.code == 0, done.err
    assert "channel.toml" in done.out
    again = loligo("equations", "channel.toml")
    assert again.code == 0
    assert again.out.strip() == done.out.removesuffix("\nchannel.toml\n").strip()


def test_another_reversal_potential(loligo, folder):
    assert loligo("import", str(MOD / "kv.mod"), "--set", "ek=-95", "--save", "kv.toml").code == 0
    assert "-95" in (folder / "kv.toml").read_text()


def test_a_mistake_is_one_line_with_file_and_line(loligo, folder):
    (folder / "bad.mod").write_text("NEURON {\n SUFFIX x\n POINTER p\n}\n")
    done = loligo("import", "bad.mod")
    assert done.code == 2
    assert "bad.mod, line 3: POINTER" in done.err
    assert done.err.count("\n") == 1


def test_a_cell_becomes_a_folder(loligo, folder):
    done = loligo("export", "squid", "--mod", "mods")
    assert done.code == 0, done.err
    assert sorted(p.name for p in (folder / "mods").iterdir()) == ["K.mod", "Na.mod", "leak.mod"]


def test_a_cell_of_two_compartments_is_refused(loligo, folder):
    done = loligo("export", "pinsky_rinzel_1994", "--mod", "mods")
    assert done.code == 2
    assert "several compartments" in done.err
