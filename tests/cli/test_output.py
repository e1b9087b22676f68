"""Files that appear whole or not at all; lines; JSON."""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import pytest

from loligo.cli import main, output
from loligo.errors import LoligoError


def test_a_file_appears_whole(folder):
    target = folder / "out.txt"
    target.write_text("old")
    with output.whole(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert os.listdir(folder) == ["out.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_file_that_was_not_finished_leaves_the_old_one(folder, error):
    target = folder / "out.txt"
    target.write_text("old")

    def write():
        with output.whole(target) as part:
            part.write_text("ne")
            raise error

    with pytest.raises(error):
        write()
    assert target.read_text() == "old"
    assert os.listdir(folder) == ["out.txt"]


def test_a_store_is_replaced_as_a_whole(folder):
    target = folder / "out.zarr"
    for text in ("old", "new"):
        with output.whole(target) as part:
            part.mkdir()
            (part / text).write_text(text)
        assert os.listdir(target) == [text]


def test_a_store_that_was_not_finished_leaves_the_old_one(folder):
    target = folder / "out.zarr"
    target.mkdir()
    (target / "old").touch()

    def write():
        with output.whole(target) as part:
            part.mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert os.listdir(target) == ["old"]
    assert os.listdir(folder) == ["out.zarr"]


def test_a_full_disk(folder):
    with pytest.raises(LoligoError, match="cannot write .*: No space left"), output.whole(folder / "out.txt"):
        raise OSError(28, "whatever")


def test_a_link_stays_a_link(folder):
    (folder / "real.txt").write_text("old")
    (folder / "link.txt").symlink_to("real.txt")
    with output.whole(folder / "link.txt") as part:
        part.write_text("new")
    assert (folder / "link.txt").is_symlink()
    assert (folder / "real.txt").read_text() == "new"


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs a device")
def test_a_device_is_never_replaced(folder):
    (folder / "null.png").symlink_to("/dev/null")
    with pytest.raises(LoligoError, match="not a file"):
        output.check_target("--plot", "null.png", (".png",), ".png")


def test_an_interrupted_picture_leaves_the_old_one(folder, monkeypatch, capsys):
    import loligo.plot

    class Figure:
        def savefig(self, path, **_):
            path.write_text("half a pic")
            raise KeyboardInterrupt

    monkeypatch.setattr(loligo.plot, "plot", lambda ds: Figure())
    (folder / "squid.png").write_text("old")
    assert main(["run"]) == 130
    assert (folder / "squid.png").read_text() == "old"
    assert os.listdir(folder) == ["squid.png"]
    assert capsys.readouterr() == ("", "loligo: interrupted\n")


def test_json_is_strict(capsys):
    output.print_json({"a": [np.nan, np.inf, 1.5], "b": np.array([1.0, np.nan]), "c": np.int64(3), "d": (True, None)})
    assert json.loads(capsys.readouterr().out) == {"a": [None, None, 1.5], "b": [1, None], "c": 3, "d": [True, None]}


def test_messages_are_one_line(capsys):
    output.complain("error", "two\nlines " + "x" * 1000)
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert len(err) < 600


@pytest.mark.parametrize(
    ("python", "option"),
    [
        ("use method='rk4' with dt", "use --method rk4 with dt"),
        ("give tolerance=, or dt=0.01 (ms)", "give --tolerance, or --dt 0.01 (ms)"),
        ("spike_threshold=-33 would count them", "--spike-threshold -33 would count them"),
        ("Give initial={'V': ...} to choose", "Give --initial V=... to choose"),
        ("or Noise(dt=...)", "or Noise(dt=...)"),
    ],
)
def test_remedies_are_written_as_options(python, option):
    assert output.as_options(python) == option


def test_closed_streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["--version"]) == 0
    sys.stdout.close()
    sys.stderr.close()
