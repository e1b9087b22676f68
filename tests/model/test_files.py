"""Cells in TOML files and currents in CSV files: nothing is lost, and what is damaged is said."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given, settings
from strategies import cells

import loligo as lo
from loligo import LoligoError, V, exp
from loligo.model.files import as_dict, from_dict
from loligo.model.recorded import read_waveform

SQUID = lo.cells.squid()
g, E, m, z, k = lo.symbols("g E m z k")
EVERYTHING = lo.Cell(
    'my "cell" µ',
    [
        lo.Channel(
            "CaL",
            current=g * m**2 * z * (V - E) / (1 + k) - 1e-5 * V**-1 * lo.minimum(V, -3.25) / lo.log10(V + 500),
            g=2, E=120, q10=3, celsius_ref=20, source='a "quoted" \\ source, µ,\nof two lines', description="current by formula",
            k=lo.Parameter(3, "mM", (0, 10), "concentration", default=4), n=0.1 + 0.2,
            m=lo.Gate(2, inf=1 / (1 + exp((V + 20) / -7)), tau=1 + V * V / 1e4, q10=2, celsius_ref=30),
            z=lo.Gate(0.5, inf=1 / (1 + exp((V + 20) / 7)) * k / lo.symbol("celsius")),
        ),
        lo.Channel("leak", g=1 / 3, E=-70),
    ],
    capacitance=1.5, celsius=30, initial={"V": -60, "CaL.m": 0.3}, source="S", doi="10.1/x", preparation="P", validity="no\nmore",
    description="D",
)  # fmt: skip


def saved(cell: lo.Cell, folder: Path) -> lo.Cell:
    cell.save(folder / "cell.toml")
    return lo.load(folder / "cell.toml")


@pytest.mark.parametrize("cell", [SQUID, lo.cells.squid_1952(), EVERYTHING], ids=lambda c: c.channels[0].name)
def test_a_saved_cell_is_the_same_cell(cell: lo.Cell, tmp_path: Path) -> None:
    again = saved(cell, tmp_path)
    assert again == cell
    assert str(again) == str(cell)
    assert {path: vars(p) for path, p in again.parameters.items()} == {
        path: vars(p) for path, p in cell.parameters.items()
    }


def test_values_that_were_changed_keep_their_defaults(tmp_path: Path) -> None:
    cell = SQUID.with_({"Na.g": 60, "celsius": 18.5, "capacitance": 1.1, "leak.E": -50.123456789012345, "K.q10": 2})
    again = saved(cell, tmp_path)
    assert again == cell
    assert again.parameters["Na.g"].default == 120
    assert again.parameters["celsius"].default == 6.3


@settings(max_examples=50)
@given(cells())
def test_random_cells_come_back(cell: lo.Cell) -> None:
    assert from_dict(as_dict(cell)) == cell


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    for name in ("a.toml", "a.toml"):
        SQUID.save(tmp_path / name)
    assert os.listdir(tmp_path) == ["a.toml"]
    with pytest.raises(LoligoError, match="cannot write"):
        SQUID.save(tmp_path)
    with pytest.raises(LoligoError, match="cannot write .*No such file"):
        SQUID.save(tmp_path / "nowhere" / "a.toml")
    assert os.listdir(tmp_path) == ["a.toml"]


@pytest.mark.parametrize(
    "channel",
    [
        lo.Channel("X", g=lo.Parameter(1, "mS/cm²", (0, 5), "mine"), E=0),
        lo.Channel("X", g=lo.Parameter(1, "mS/cm²", (0, 5)), E=lo.Parameter(3, "mV", (-9, 9), "where", 2)),
        lo.Channel("X", g=1, E=0, m=lo.Gate(1, inf=0.5, tau=1, q10=3, celsius_ref=20).replace(inf=V * Fraction(1, 3))),
    ],
    ids=["bounds", "unit", "fraction"],
)
def test_what_a_file_loses(channel: lo.Channel) -> None:
    cell = lo.Cell("c", channel)
    assert from_dict(as_dict(cell)) == cell


# ------------------------------------------------------------------------------------------------------- damaged files

CHANNEL = {"name": "X", "g": 1.0, "E": -70.0}


def load(data: dict[str, Any] | str | bytes, folder: Path) -> lo.Cell:
    file = folder / "bad.toml"
    if isinstance(data, dict):
        data = tomli_w.dumps(data)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return lo.load(file)


def cell(**more: Any) -> dict[str, Any]:
    return {"channel": [CHANNEL], **more}


def channel(**more: Any) -> dict[str, Any]:
    return {"channel": [{**CHANNEL, **more}]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "at least one channel"), ("[[", r"bad\.toml is not a TOML file"), (b"name = '\xb5'", r"bad\.toml is not a TOML file"),
        (cell(capacitence=1), r"bad\.toml: unknown key 'capacitence'; did you mean 'capacitance'"),
        (channel(G=1), r"bad\.toml: channel 'X': unknown key 'G'; did you mean 'g'"),
        (channel(gate={"m": {"inf": "V", "taus": "1"}}), r"channel 'X', gate 'm': unknown key 'taus'; did you mean 'tau'"),
        (channel(gate={"m": 3}), "channel 'X', gate 'm': expected a table, got 3"), (channel(gate=3), r"channel 'X': .*\[channel\.gate\.NAME\]"),
        (channel(parameter={"p": 3}), "channel 'X', parameter 'p': expected a table"),
        (channel(parameter={"p": {"unit": "mM"}}), r"X\.p: expected a number in mM, got None"),
        (channel(parameter={"p": {"value": 1, "bounds": [2, 3]}}), r"X\.p: 1 .*between 2 and 3"),
        (channel(parameter={"V": {"value": 1}}), "X: 'V' is taken"), (cell(loligo=2), "written by a later version"),
        ({"channel": {"name": "X"}}, r"channels are written as \[\[channel\]\]"), ({"channel": [1]}, r"channels are written as \[\[channel\]\]"),
        ({"channel": [CHANNEL, CHANNEL]}, "two channels are called 'X'"), (channel(name=3), "'3' cannot be the name of a channel"),
        (channel(g="1"), r"X\.g: expected a number in mS/cm², got '1'"), (channel(g=-1), r"X\.g: -1 mS/cm² makes no sense"),
        (channel(g=float("nan")), r"X\.g: nan"), (channel(q10=3), "q10 and celsius_ref together"), ({"channel": [{"name": "X", "g": 1}]}, "X: E missing"),
        (cell(capacitance="x"), "capacitance: expected a number in µF/cm², got 'x'"), (cell(capacitance=-1), "capacitance: -1"),
        (cell(celsius=True), "celsius: expected a number"), (cell(initial={"V": "a"}), "V: expected a number in mV"),
        (channel(gate={"m": {"inf": "V.real"}}), "'V.real' is not arithmetic"), (channel(gate={"m": {"inf": "v"}}), r"X\.m\.inf uses 'v'"),
        (channel(gate={"m": {"inf": "__import__('os')"}}), "unknown function '__import__'"), (channel(gate={"m": {"inf": True}}), "not arithmetic"),
        (channel(gate={"m": {"alpha": "V"}}), "a gate needs alpha and beta"), (channel(gate={"m": {"inf": 1, "power": [3]}}), r"'\[3\]' is not arithmetic"),
        (channel(gate={"m": {"inf": 0.5, "tau": 1, "q10": "a", "celsius_ref": 3}}), "q10: expected a number"),
        ({"channel": [{"name": "X", "current": "g*V"}]}, "the current uses 'g'"), (channel(gate={"__class__": {"inf": 1}}), "'__class__' is taken"),
    ],
)  # fmt: skip
def test_damaged_cells(data: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(LoligoError, match=message):
        load(data, tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        cell(initial=3), channel(g={"value": 1, "default": "a"}), {"channel": [{"g": 1, "E": 0}]},
        channel(parameter={"p": {"value": 1, "bounds": [1]}}), channel(parameter={"p": {"value": 1, "bounds": "ab"}}),
        channel(parameter={"p": {"value": 1, "bounds": 3}}), channel(parameter={"p": {"value": 1, "default": "x"}}),
        channel(parameter={"name": {"value": 1}}), channel(parameter={"source": {"value": 1}}), channel(parameter={"p": {"value": 1, "unit": 3}}),
        {"channel": [{"name": "X", "E": 0, "parameter": {"g": {"value": -5}}}]},
        channel(parameter={"m": {"value": 1}}, gate={"m": {"inf": 0.5}}),
    ],
    ids=["initial", "default text", "no name", "one bound", "bounds text", "bound number", "default text of p", "p called name",
         "p called source", "unit number", "g among parameters", "gate and parameter"],
)  # fmt: skip
def test_damaged_cells_that_are_not_understood(data: Any, tmp_path: Path) -> None:
    with pytest.raises(LoligoError):
        load(data, tmp_path)


def test_the_place_of_a_damaged_formula_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoligoError, match=r"bad\.toml.*X.*m"):
        load(channel(gate={"m": {"inf": "V.real"}}), tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(LoligoError, match=f"^cannot read {re.escape(str(path))}: "):
            lo.load(path)
        with pytest.raises(LoligoError, match=f"^cannot read {re.escape(str(path))}: "):
            read_waveform(path)


def test_a_cell_written_by_hand(tmp_path: Path) -> None:
    made = load(
        '[[channel]]\nname = "X"\ng = 1\nE = -70\n[channel.gate.m]\npower = 3\ninf = 0.5\ntau = "2 + V^2"\n', tmp_path
    )
    assert made.channels == (lo.Channel("X", g=1, E=-70, m=lo.Gate(3, inf=0.5, tau=2 + V**2)),)
    assert (made.capacitance.value, made.celsius.value) == (1, 6.3)


# ------------------------------------------------------------------------------------------------------------ waveforms


def waveform(text: str | bytes, folder: Path, **options: Any) -> lo.Waveform:
    file = folder / "wave.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_waveform(file, **options)


@pytest.mark.parametrize(
    "text",
    [
        "0,1\n1.5,-2\n", "0;1\n1.5;-2\n", "0\t1\n1.5\t-2\n", "0 1\n  1.5   -2 \n", "0, 1\n1.5 , -2", "0,1\r\n1.5,-2\r\n",
        "time,current\n0,1\n1.5,-2\n", "t (ms);I (µA/cm²)\n0;1\n1.5;-2\n", '"time, ms","current"\n0,1\n1.5,-2\n', '"0","1"\n"1.5","-2"\n',
        "# recorded today\n\n0,1\n# in between\n1.5,-2\n", "\ufefftime,current\n0,1\n1.5,-2\n", "\ufeff0,1\n1.5,-2\n", "0,1e0\n15e-1,-2.\n",
        "sep=;\n0;1\n1.5;-2\n",
    ],
)  # fmt: skip
def test_waveforms_of_any_program(text: str, tmp_path: Path) -> None:
    assert waveform(text, tmp_path) == lo.Waveform([0, 1.5], [1, -2])
    assert waveform(text, tmp_path, interpolation="previous") == lo.Waveform([0, 1.5], [1, -2], "previous")


def test_a_long_irregular_recording(tmp_path: Path) -> None:
    times = np.cumsum(np.random.default_rng(1).exponential(0.1, 5000))
    values = np.sin(times)
    text = "\n".join(f"{float(t)!r};{float(v)!r}" for t, v in zip(times, values, strict=True))
    assert waveform(text, tmp_path) == lo.Waveform(times, values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0,1\n1,\n2,3\n", "line 2: '1,' is not two numbers"), ("0,1\n1,nan\n2,3\n", r"line 2: a gap \(1,nan\); fill it in or cut it out"),
        ("0,1\n1,NA\n2,3\n", "line 2: '1,NA' is not two numbers"), ("0,1\n1,inf\n", "line 2: a gap"), ("0,1\nfoo,2\n", "line 2: 'foo,2' is not two"),
        ("time,current\nms,uA\n0,1\n1,2\n", "line 2: 'ms,uA' is not two numbers"), ("0,1\n1,2\nend of file\n", "line 3: 'end of file'"),
        ("0,1\n2,2\n1,3\n", "line 3: goes back in time to 1 ms; times must increase"), ("0,1\n1,2\n1,3\n", "line 3: repeats the time 1 ms"),
        ("0\n1\n", "line 1: 1 numbers; expected two"), ("0,1,2\n1,2,3\n", "line 1: 3 numbers; expected two"), ("", "0 samples"), ("t,I\n", "0 samples"),
        ("0,1\n", "1 samples; a waveform needs at least two"), ("-1,1\n0,2\n", "first sample, at -1 ms, lies before the run"),
        ("0,0;1,5\n1,0;2,5\n", "line 1"), ("0,0\t1,5\n1,0\t2,5\n", "line 1"), ("time,1\n0,1\n1,2\n", "line 1: 'time,1'"),
        (b"t;\xb5A\n0;1\n", r"wave\.csv is not a text file; export time"), ("0,1\n1,2\n".encode("utf-16"), "not a text file"),
        (b"0,1\n1,\x002\n", "line 2"), ('0,1\n"1,2\n3,4\n', "line 2"),
    ],
)  # fmt: skip
def test_damaged_waveforms(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(LoligoError, match=message):
        waveform(text, tmp_path)


def test_a_line_without_end(tmp_path: Path) -> None:
    with pytest.raises(LoligoError):
        waveform("0," + "1" * 200_000 + "\n1,2\n", tmp_path)
