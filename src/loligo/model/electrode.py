"""An electrode outside a fibre: a point in a wide conductor."""

from __future__ import annotations

from typing import Any

from ..errors import LoligoError
from ..units import number
from .immutable import Immutable

MEDIUM = 300.0  # Ω·cm


class PointElectrode(Immutable):
    """A point beside a straight fibre, in a homogeneous conductor without bounds.

    A current I from it makes the potential rho I / (4 pi r) at the distance r; a fibre is taken not to disturb it.
    As the place of a stimulus, ``lo.Step(-1e5, stop=0.1, at=lo.PointElectrode(25_000, 1000))``, it stimulates from
    outside: a negative current, a cathode, depolarises the membrane beside it. As a place to record from it sees the
    membrane's currents as sources along the axis of the fibre.

    Parameters
    ----------
    x : number
        Along the fibre, µm from its left end.
    distance : number
        From the axis of the fibre, µm.
    resistivity : number
        Of the medium, Ω·cm.

    Notes
    -----
    Rosenfalck 1969, Acta Physiol Scand Suppl 321 (sources on a line); Rattay 1986, IEEE Trans Biomed Eng 33:974
    (what the current of an electrode does to a fibre).
    """

    x: float
    distance: float
    resistivity: float

    def __init__(self, x: Any, distance: Any, resistivity: Any = MEDIUM) -> None:
        found = {}
        for name, value, unit in (("distance", distance, "µm"), ("resistivity", resistivity, "Ω·cm")):
            found[name] = number(value, unit, f"PointElectrode: {name}")
            if found[name] <= 0:
                raise LoligoError(f"PointElectrode: {name} = {found[name]:g} {unit}; give a positive value")
        self._set(x=number(x, "µm", "PointElectrode: x"), **found)

    def __repr__(self) -> str:
        return f"PointElectrode({self.x:g}, {self.distance:g}, resistivity={self.resistivity:g})"
