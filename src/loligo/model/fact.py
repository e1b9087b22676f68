"""Facts: what a paper, or an independent implementation, says that a cell does. Data only; `verify` checks them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import LoligoError
from .immutable import Immutable
from .stimulus import Step, Stimulus

# Numbers that were found by solving the same equations independently are good to about 1e-6, which is therefore the
# relative tolerance unless a fact says otherwise.
GOOD_TO = 1e-6
_TRIAL = ("changes", "initial", "before", "threshold", "accuracy")
RECOMPUTED = "the equations, solved independently (8th-order Dormand-Prince, relative tolerance 1e-10)"
MEASURES = (
    "rest", "onset", "times", "count", "last", "interval", "rate", "bursts", "final", "range", "hopf", "fold",
)  # fmt: skip


class Trial(Immutable):
    """What is done to the cell.

    Parameters
    ----------
    stimulus : Stimulus, optional
    duration : float
        ms, `before` not counted.
    changes : mapping
        Parameters that differ from the cell's own: ``{"leak.E": -60}``.
    initial : "rest", "own" or mapping
        The resting state; the state that the cell brings along; or values by path (others at their steady value).
    before : float
        Time at zero current from `initial` before time 0, ms.
    threshold : float, optional
        A spike is an upward crossing of this V (mV); the cell's own unless given.
    accuracy : float
        Tolerance of the integrator.
    """

    stimulus: Stimulus | None
    duration: float
    changes: tuple[tuple[str, float], ...]
    initial: Any
    before: float
    threshold: float | None
    accuracy: float

    def __init__(
        self,
        stimulus: Stimulus | None = None,
        duration: float = 1000.0,
        changes: Mapping[str, float] | None = None,
        initial: Any = "rest",
        before: float = 0.0,
        threshold: float | None = None,
        accuracy: float = 1e-9,
    ) -> None:
        start = tuple(sorted(initial.items())) if isinstance(initial, Mapping) else initial
        self._set(
            stimulus=stimulus,
            duration=float(duration),
            changes=tuple(sorted((changes or {}).items())),
            initial=start,
            before=float(before),
            threshold=threshold,
            accuracy=accuracy,
        )


class Fact(Immutable):
    """One statement that can be checked.

    Parameters
    ----------
    what : str
        In words, such as ``"rheobase"``.
    measure : str
        How it is measured; one of `MEASURES`.
    expected : number, sequence of number, or mapping of str to number
    tolerance, relative : float
        A value found is right within ``tolerance + relative * abs(expected)``.
    unit : str
    trial : Trial
    source : str
        Who says so.
    reason : str
        Why the fact does not hold, where it does not.
    options : mapping
        Of the measure, such as ``after=1000`` (spikes before are dropped).
    """

    what: str
    measure: str
    expected: tuple[tuple[str, float], ...]
    tolerance: float
    relative: float
    unit: str
    trial: Trial
    source: str
    reason: str
    options: tuple[tuple[str, float], ...]

    def __init__(
        self,
        what: str,
        measure: str,
        expected: Any,
        *,
        tolerance: float = 0.0,
        relative: float = 0.0,
        unit: str = "",
        trial: Trial | None = None,
        source: str = RECOMPUTED,
        reason: str = "",
        **options: float,
    ) -> None:
        if measure not in MEASURES:
            raise LoligoError(f"fact '{what}': no measure '{measure}'; there are {', '.join(MEASURES)}")
        if isinstance(expected, Mapping):
            named = tuple((str(k), float(v)) for k, v in expected.items())
        elif isinstance(expected, Sequence):
            named = tuple((str(i + 1), float(v)) for i, v in enumerate(expected))
        else:
            named = (("", float(expected)),)
        self._set(
            what=what,
            measure=measure,
            expected=named,
            tolerance=float(tolerance),
            relative=float(relative),
            unit=unit,
            trial=trial or Trial(),
            source=source,
            reason=reason,
            options=tuple(sorted(options.items())),
        )


def rest(expected: Mapping[str, float], *, tolerance: float = 0.0, relative: float = GOOD_TO, **more: Any) -> Fact:
    """The resting state: values of states by path."""
    changes, source, what = more.pop("changes", None), more.pop("source", RECOMPUTED), more.pop("what", "rest")
    return Fact(
        what, "rest", expected, tolerance=tolerance, relative=relative, trial=Trial(changes=changes), source=source,
        **more,
    )  # fmt: skip


def onset(
    expected: float, duration: float, *, pulse: float = math.inf, below: float, what: str = "rheobase", **more: Any
) -> Fact:
    """The least amplitude (between 0 and `below`) of a step from time 0 that makes the cell fire within `duration`."""
    trial = _trial(Step(1.0, 0.0, pulse), duration, more)
    return Fact(what, "onset", expected, trial=trial, **{"relative": GOOD_TO, "below": below, **more})


def rates(expected: Mapping[float, float], duration: float, after: float, **more: Any) -> tuple[Fact, ...]:
    """Rates of firing (Hz) at constant currents, over the spikes after `after`."""
    options = {"relative": GOOD_TO, "unit": "Hz", **more}
    trial = {k: options.pop(k) for k in _TRIAL if k in options}
    what = options.pop("what", "rate")
    return tuple(
        Fact(f"{what} at {i:g}", "rate", f, trial=Trial(Step(i), duration, **trial), after=after, **options)
        for i, f in expected.items()
    )


def spikes(
    what: str,
    stimulus: Stimulus | None,
    duration: float,
    *,
    times: Sequence[float] = (),
    count: int | None = None,
    last: float | None = None,
    interval: float | None = None,
    tolerance: float = 1e-3,
    **more: Any,
) -> tuple[Fact, ...]:
    """Spikes of one run: their times (the first ones), number, last time, last interval."""
    trial = _trial(stimulus, duration, more)
    found: list[Fact] = []
    if times:
        found.append(Fact(f"{what}: spike", "times", times, tolerance=tolerance, unit="ms", trial=trial, **more))
    if count is not None:
        found.append(Fact(f"{what}: spikes", "count", count, trial=trial, **more))
    if last is not None:
        found.append(Fact(f"{what}: last spike", "last", last, tolerance=tolerance, unit="ms", trial=trial, **more))
    if interval is not None:
        found.append(
            Fact(f"{what}: last interval", "interval", interval, tolerance=tolerance, unit="ms", trial=trial, **more)
        )
    return tuple(found)


def bursts(what: str, expected: Mapping[str, float], duration: float, after: float, gap: float, **more: Any) -> Fact:
    """Bursts of a run: ``period``, ``spikes``, ``duration``, ``shortest`` and ``longest`` interval."""
    trial = _trial(more.pop("stimulus", None), duration, more)
    return Fact(what, "bursts", expected, trial=trial, after=after, gap=gap, **{"relative": 1e-5, **more})


def _trial(stimulus: Stimulus | None, duration: float, more: dict[str, Any]) -> Trial:
    """Take what belongs to the trial out of the options of a fact."""
    own = {k: more.pop(k) for k in _TRIAL if k in more}
    return Trial(stimulus, duration, **own)
