"""A user's mistake: one line on standard error that names the remedy, exit code 2, and nothing left behind."""

from __future__ import annotations

import os

import pytest

CELL = 'name = "mine"\n[[channel]]\nname = "Na"\ng = 1\nE = 50\n'
FILES = {
    "gap.csv": "0,1\n1,\n2,3\n",
    "nan.csv": "0,1\n1,nan\n2,3\n",
    "text.csv": "0,1\n1,high\n2,3\n",
    "unsorted.csv": "0,1\n2,1\n1,3\n",
    "repeated.csv": "0,1\n1,1\n1,3\n",
    "short.csv": "0,1\n",
    "broken.toml": "name = = 3\n",
    "key.toml": CELL + "conductance = 3\n",
    "negative.toml": CELL.replace("1\n", "-1\n", 1),
    "numpy.toml": CELL + '[channel.gate.m]\nalpha = "np.exp(V)"\nbeta = "1"\n',
    "unknown.toml": CELL + '[channel.gate.m]\nalpha = "exp(-U)"\nbeta = "1"\n',
    "twice.toml": CELL + '[[channel]]\nname = "Na"\ng = 1\nE = 50\n',
    "folder.png/x": "",
}
MISTAKES = {
    "run squidd": "'squid'",
    "run nowhere.toml": "nowhere.toml",
    "run --set Na.q=1": "'Na.g'",
    "run --set Na.g=-1": "Na.g: -1 mS/cm²",
    "run --set Na.g=nan": "Na.g: nan",
    "run --set Na.g=high": "Na.g",
    "run --set Na.g": "PATH=VALUE",
    "run --set name=me": "'name'",
    "run --set capacitance=-1": "capacitance",
    "run --celsius nan": "celsius",
    "run --step nan": "amplitude",
    "run --step high": "'high' is not a number",
    "run --step": "--step",
    "run --stpe 10": "'--step'",
    "run squid 10": "'10'",
    "run --start 40 --stop 20": "before it starts",
    "run --duration 0": "duration: 0 ms",
    "run --every 0": "every: 0 ms",
    "run --tolerance 0": "tolerance: 0",
    "run --dt 0.1": "--method rk4",
    "run --method rk4": "--dt",
    "run --method rk5": "'rk4'",
    "run --initial V": "V=-65",
    "run --initial Na.x=1": "'Na.m'",
    "run --record Na.q": "'Na.m'",
    "run --clamp -65": "HOLD,STEP",
    "run --clamp -65,0 --step 3": "--step",
    "run --seed 3": "--noise",
    "run --seed -3 --noise 1": "whole number",
    "run --noise -1": "sigma",
    "run --stimulus nowhere.csv": "nowhere.csv",
    "run --stimulus gap.csv": "gap.csv, line 2",
    "run --stimulus nan.csv": "nan.csv, line 2: a gap",
    "run --stimulus text.csv": "text.csv, line 2",
    "run --stimulus unsorted.csv": "unsorted.csv, line 3: goes back in time",
    "run --stimulus repeated.csv": "repeated.csv, line 3: repeats",
    "run --stimulus short.csv": "short.csv",
    "run gap.csv": "--stimulus gap.csv",
    "run broken.toml": "broken.toml",
    "run key.toml": "'conductance'",
    "run negative.toml": "negative.toml",
    "run numpy.toml": "np.exp(V)",
    "run unknown.toml": "'U'",
    "run twice.toml": "two channels",
    "run --plot nowhere/x.png": "no folder",
    "run --plot x.txt": ".png",
    "run --plot folder.png": "not a file",
    "run --plot x.png --no-plot": "--no-plot",
    "run --save x.csv": ".nc",
    "run --save nowhere/x.nc": "no folder",
    "sweep": "--over stimulus.amplitude=0:20:200",
    "sweep --over K.g": "PATH=VALUE",
    "sweep --over K.g=1:2": "LOW:HIGH:COUNT",
    "sweep --over K.g=1:2:3:lag": "LOW:HIGH:COUNT:log",
    "sweep --over K.g=0:2:3:log": "leave out :log",
    "sweep --over K.g=1:2:1": "2 or more",
    "sweep --over K.g=2:2:5": "begins and ends at 2",
    "sweep --over K.g=1,x": "'x' is not a finite number",
    "sweep --over K.g=1,nan": "'nan' is not a finite number",
    "sweep --over K.q=1,2": "'K.g'",
    "sweep --over K.g=1,2 --over K.g=3": "named twice",
    "sweep --over K.g=1,2 --table gap.csv": "one or the other",
    "sweep --table nowhere.csv": "nowhere.csv",
    "sweep --over K.g=1,2 --record rte": "'rate'",
    "sweep --over K.g=1,2 --record rate:V": "write 'rate'",
    "sweep --over K.g=1,2 --record peak:Na.x": "'Na.m'",
    "sweep --over K.g=1,2 --record V --after 3": "--after",
    "sweep --over K.g=1,2 --after 700": "Rate.after: 700 ms",
    "sweep --over K.g=1,2 --workers 0": "workers: 0",
    "sweep --over K.g=1,2 --precision half": "'single'",
    "sweep --over K.g=1,2 --variable rate": "--plot",
    "sweep --over K.g=1,2 --plot x.png --variable rte": "'rate'",
    "sweep --over K.g=1,2 --over Na.g=1,2 --over K.E=1,2 --over Na.E=1,2 --plot x.png": "at most 3 axes",
    "sweep --over K.g=1,2 --plot x.txt": ".png",
    "sweep --over K.g=1,2 --store x.nc": ".zarr",
    "sweep --over K.g=1,2 --store x.zarr --save x.zarr": "the store already",
    "sweep --over K.g=1,2 --ovr K.g=3": "'--over'",
    "sweep --over stimulus.amplitude=1,2 --clamp -65,0": "'stimulus.amplitude'",
    "sweep nowhere.toml --over K.g=1,2": "nowhere.toml",
    "runn": "'run'",
    "--step 3": "loligo run --step",
    "--versoin": "'--version'",
    "cells nobody": "'nobody'",
    "equations nobody": "'nobody'",
    "kernel squid --method rk5": "'rk4'",
    "version now": "'now'",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake(words, loligo, folder):
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    before = set(os.listdir())
    done = loligo(*words.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("loligo: error: ")
    assert done.err.count("\n") == 1
    assert MISTAKES[words] in done.err
    assert set(os.listdir()) == before


@pytest.mark.skipif(os.name == "nt", reason="folders have other permissions there")
def test_a_folder_that_cannot_be_written(loligo, folder):
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):
        pytest.skip("root may write anywhere")
    done = loligo("run")
    folder.chmod(0o755)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "--no-plot" in done.err


def test_zarr_that_is_not_installed(loligo, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = loligo("run", "--save", "x.zarr")
    assert done.code == 2
    assert "loligo[zarr]" in done.err
