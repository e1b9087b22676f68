"""A cell on the bench: at rest, with an electrode in it, ready for many trials at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, SimulationError
from ..model.cell import Cell
from ..model.stimulus import Stimulus
from ..numerics import batch
from ..simulation.block import FAILED, FINE, Study, compute
from ..simulation.protocol import lower
from ..simulation.recorders import Recorder, Spikes
from ..simulation.rest import beginning, parameter_values, resting_states
from ..simulation.settings import settings
from ..system import system

Array = NDArray[np.float64]
QUICK = 1e-6  # tolerance of the integrator while nothing but the rough place of an answer is wanted
# Among many trials some are absurd, and never end: they are given up after this part of the usual number of steps, or
# so many times what V needs to fall back from a moderate kick (mV) in some ms, which is more in a stiff cell.
PATIENCE, TIMES, KICK, FALL = 0.05, 10.0, 20.0, 20.0


class Bench:
    """A cell, its resting state and its criterion of a spike.

    Attributes
    ----------
    rest : dict of str to float
        The state in which every trial begins.
    problem : str
        Why a question about excitation from rest has no answer; empty where it has.
    stop : Stop
        Ends its trials early, from another thread; they raise `Stopped`.
    """

    def __init__(
        self, cell: Cell, spike_threshold: Any = None, spike_rise: Any = 10.0, *, stop: batch.Stop | None = None
    ) -> None:
        if not isinstance(cell, Cell):
            raise LoligoError(f"an experiment needs a cell, such as loligo.cells.squid(), not {cell!r}")
        self.cell, self.system = cell, system(cell)
        self.spike = (spike_threshold, spike_rise)
        self.stop = stop
        self.patience, self.measured = PATIENCE, False  # with absurd trials; does it suit the cell?
        self.rest, _ = beginning(cell, "rest")  # what is to be said of it, `problem` says
        self.settled = True  # does the resting state follow from V alone?
        try:
            stable = sum(e.stable for e in resting_states(cell))
        except SimulationError:  # V alone does not say where the rest is; the run itself will
            stable, self.settled = 1, False
        self.rests = stable  # trials begin in the lowest
        self.problem = "" if stable else f"{cell.name} has no stable resting state, so there is nothing to excite"

    @property
    def threshold(self) -> float:
        """V that counts as a spike, mV."""
        return float(self.cell.spike_threshold if self.spike[0] is None else self.spike[0])

    @property
    def criterion(self) -> str:
        """The criterion of a spike, in words."""
        begin = f"from the lowest of {self.rests} stable resting states, " if self.rests > 1 else ""
        return f"{begin}V crosses {self.threshold:g} mV upward on an upstroke of at least {float(self.spike[1]):g} mV"

    def run(
        self,
        stimulus: Stimulus | None,
        varied: Mapping[str, Array],
        duration: float,
        recorders: Sequence[Recorder] = (Spikes(),),
        accuracy: float = QUICK,
        every: float = 0.025,
        state: Mapping[str, float] | None = None,
    ) -> dict[str, Any]:
        """Run a block of trials.

        Parameters
        ----------
        stimulus : Stimulus or None
        varied : mapping of str to array (trials)
            What differs, by path (``stimulus.amplitude``, ``initial.V``, ``Na.g``).
        duration : float
            ms.
        accuracy : float
            Tolerance of the integrator.
        state : mapping, optional
            Where trials begin, unless at rest; "rest" of each trial if parameters of the cell vary.

        Returns
        -------
        dict of str to array (trials, ...)
            What the recorders made, and ``status``; ``remarks``: what is to be said, such as of upstrokes not counted.
        """
        own = any(path in self.cell.parameters for path in varied)
        initial: Any = "rest" if own and state is None else dict(self.rest if state is None else state)
        s = settings(self.cell, stimulus, None, duration, every, "auto", accuracy, None, initial, *self.spike)
        count = len(next(iter(varied.values())))
        sharper = (QUICK / accuracy) ** 0.2  # steps go with the fifth root of the tolerance
        patience = min(1.0, self.patience * sharper)
        done = compute(Study(s, tuple(recorders), patience), varied, count, self.stop)
        if (done.status == FAILED).any() and not self.measured:
            self.patience, self.measured = max(PATIENCE, self._needed()), True
            needed = min(1.0, self.patience * sharper)
            if needed > patience:
                done = compute(Study(s, tuple(recorders), needed), varied, count, self.stop)
        self._go_on()
        return {**done.values, "status": done.status, "fine": done.status == FINE, "remarks": tuple(done.remarks)}

    def _needed(self) -> float:
        """What part of the usual number of steps a trial of this cell may need."""
        kicked = {**self.rest, "V": self.rest["V"] + KICK}
        s = settings(self.cell, None, None, FALL, 1.0, "auto", QUICK, None, kicked, *self.spike)
        done = compute(Study(s, ()), {}, 1, self.stop)
        return min(1.0, TIMES * done.steps / (FALL * batch.STEPS_PER_MS)) if done.status[0] == FINE else 1.0

    def states_at(self, stimulus: Stimulus | None, times: Array, state: Mapping[str, float], accuracy: float) -> Array:
        """States (times, states) that one trial passes through; each is the end of a run of its own length."""
        s = settings(
            self.cell, stimulus, None, max(float(times.max()), 1e-9), 1.0, "auto", accuracy, None, "rest", *self.spike
        )
        parts = [lower(stimulus, float(t)) for t in times]
        ends = np.cumsum([len(p.segments) for p in parts])
        waves = np.cumsum([len(p.waves) for p in parts])
        offset = np.stack(
            [ends - [len(p.segments) for p in parts], ends, waves - [len(p.waves) for p in parts], waves], axis=1
        )
        inputs = batch.Inputs(
            np.concatenate([p.segments for p in parts]),
            np.concatenate([p.waves for p in parts]),
            offset.astype(np.int64),
        )
        begin = np.array([[state[v.path] for v in self.system.states]] * len(times))
        values = np.tile(np.array(parameter_values(self.cell)), (len(times), 1))
        task = batch.Task(
            self.system, s.method, True, begin, values, np.full(len(times), accuracy), inputs, events=self.cell.events
        )
        final: Array = batch.run(task, self.stop).final
        self._go_on()
        return final

    def _go_on(self) -> None:
        """What was ended early is no answer."""
        if self.stop:
            raise batch.Stopped

    def varied_states(self, states: Array) -> dict[str, Array]:
        """States (trials, states) as what `run` calls varied."""
        return {f"initial.{v.path}": states[:, j] for j, v in enumerate(self.system.states)}

    def on(self, cell: Cell) -> Bench:
        """The same bench with another cell."""
        return Bench(cell, *self.spike, stop=self.stop)


def fires(
    bench: Bench, varied: Mapping[str, Array], stimulus: Stimulus | None, duration: float, accuracy: float
) -> NDArray[np.bool_]:
    """Which trials have a spike; not those that blew up."""
    found = bench.run(stimulus, varied, duration, (Spikes(),), accuracy)
    return np.asarray(found["fine"] & (found["spike_count"] > 0))
