"""NeuroML 2 channels: the squid's, there and back; the standard forms by hand."""

from __future__ import annotations

import math

import pytest

import loligo as lo
from loligo.formats import read_neuroml, write_neuroml

pytest.importorskip("neuroml")
pytestmark = pytest.mark.filterwarnings("ignore")  # those of libNeuroML

FILE = """<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="d">
<ionChannelHH id="kx" conductance="10pS" species="k">
  <gateHHrates id="n" instances="4">
    <q10Settings type="q10ExpTemp" q10Factor="3" experimentalTemp="6.3 degC"/>
    <forwardRate type="HHExpLinearRate" rate="100per_s" midpoint="-55mV" scale="10mV"/>
    <reverseRate type="%s" rate="0.125per_ms" midpoint="-0.065V" scale="-80mV"/>
  </gateHHrates>
</ionChannelHH></neuroml>"""


def at(formula, v):
    return float(formula.sympy.subs(lo.V.sympy, v).evalf())


def test_the_standard_forms(tmp_path):
    path = tmp_path / "k.nml"
    path.write_text(FILE % "HHExpRate")
    channel = read_neuroml(path, g=36, E=-77)
    n = channel.gate("n")
    assert channel.name == "kx" and n.q10.value == 3 and int(n.power.sympy) == 4
    assert at(n.alpha, -45) == pytest.approx(0.1 / (1 - math.exp(-1)))
    assert at(n.beta, 15) == pytest.approx(0.125 * math.exp(-1))


def test_a_form_that_is_not_known_is_refused_with_its_gate(tmp_path):
    path = tmp_path / "k.nml"
    path.write_text(FILE % "myOwnRate")
    with pytest.raises(lo.LoligoError, match="kx, gate n: 'myOwnRate'"):
        read_neuroml(path, g=36, E=-77)


@pytest.mark.parametrize("name", ["Na", "K"])
def test_there_and_back(name, tmp_path):
    channel = lo.cells.squid()[name]
    write_neuroml(channel, tmp_path / "x.nml")
    again = read_neuroml(tmp_path / "x.nml", g=1, E=0)
    assert [n for n, _ in again.gates] == [n for n, _ in channel.gates]
    for gate_name, gate in channel.gates:
        other = again.gate(gate_name)
        for v in (-83.7, -51.3, 0.5, 37.1):
            for kind in ("alpha", "beta"):
                assert at(other.formulas[kind], v) == pytest.approx(at(gate.formulas[kind], v), rel=1e-12)


def test_what_neuroml_cannot_say():
    channel = lo.Channel("x", g=1, E=0, m=lo.Gate(1, alpha=lo.exp(-(lo.V**2)), beta=1 + 0 * lo.V))
    with pytest.raises(lo.LoligoError, match=r"x\.m\.alpha is neither"):
        write_neuroml(channel, "never.nml")
