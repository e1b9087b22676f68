"""``loligo cells``, ``equations``, ``kernel``, ``version`` and the help."""

from __future__ import annotations

import ast
import json

import pytest

import loligo as lo


def test_the_library_is_listed(loligo):
    done = loligo("cells")
    assert (done.code, done.err) == (0, "")
    names = {line.split()[0] for line in done.out.splitlines() if not line.startswith(" ")}
    assert names == set(lo.cells.__all__)
    assert "Na, K, leak" in done.out
    listed = json.loads(loligo("cells", "--json").out)
    assert [cell["name"] for cell in listed] == lo.cells.__all__
    assert listed[0]["channels"] == ["Na", "K", "leak"]


def test_a_cell_is_shown(loligo):
    out = loligo("cells", "squid").out
    assert "https://doi.org/10.1113/jphysiol.1952.sp004764" in out
    assert "validity" in out
    assert "Na.g                 120 mS/cm²   maximal conductance" in out
    assert "-64.99638 mV, stable" in out
    assert max(map(len, out.splitlines())) <= 100
    found = json.loads(loligo("cells", "squid", "--json").out)
    assert found["parameters"]["Na.g"]["value"] == 120
    assert found["parameters"]["Na.g"]["bounds"] == [0, None]
    assert found["rest"][0]["stable"] is True


def test_equations(loligo):
    assert loligo("equations", "squid").out == lo.cells.squid().equations() + "\n"
    assert loligo("equations", "squid", "--latex").out == lo.cells.squid().latex() + "\n"


def test_equations_of_a_file(loligo):
    lo.cells.squid().save("mine.toml")
    assert loligo("equations", "mine.toml").out == loligo("equations", "squid").out


@pytest.mark.parametrize(("method", "functions"), [("dopri5", ["derivatives"]), ("staggered", ["gates", "membrane"])])
def test_the_kernel_is_python_and_explains_its_constants(loligo, method, functions):
    text = loligo("kernel", "squid", "--method", method).out
    defined = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert defined == functions
    assert " = 1/capacitance = 1\n" in text
    comments = [line for line in text.splitlines() if line.startswith("#")]
    for letter in "kq":
        used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id[0] == letter}
        used = {name for name in used if name[1:].isdigit()}
        assert used
        assert used <= {line.split()[1] for line in comments if len(line.split()) > 1}


def test_the_integrator(loligo):
    text = loligo("kernel", "--integrator").out
    assert any(isinstance(node, ast.FunctionDef) and node.name == "integrate" for node in ast.walk(ast.parse(text)))
    assert "Na" not in {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def test_versions(loligo):
    found = json.loads(loligo("version", "--json").out)
    assert found["loligo"] == lo.__version__
    assert {"python", "numpy", "numba", "sympy", "xarray", "cache"} <= set(found)
    assert found["cache"] in loligo("version").out
    assert loligo("--version").out == f"loligo {lo.__version__}\n"


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["run", "--help"], ["cells", "-h"], ["kernel", "--help"]])
def test_help(loligo, words):
    done = loligo(*words)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: loligo")
    if len(words) < 2 or words[0] == "run":
        assert "examples:\n  loligo run\n" in done.out or "examples:\n  loligo run  " in done.out
