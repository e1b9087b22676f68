"""Does a published cell do what is said of it? Facts (`model/fact.py`) are run, and what is found is compared.

``lo.verify("mahon_2000")`` checks one cell, ``lo.verify()`` all of them.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from .table import Outcome, verify

__all__ = ["Outcome", "verify"]


class _Callable(ModuleType):
    """Makes ``lo.verify(...)`` work however this module was imported: one name, a module and a verb."""

    def __call__(self, *args: Any, **kwargs: Any) -> list[Outcome]:
        return verify(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
