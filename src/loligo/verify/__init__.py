"""Does a published cell do what is said of it? Facts (`model/fact.py`) are run, and what is found is compared."""

from __future__ import annotations

from .table import Outcome, verify

__all__ = ["Outcome", "verify"]
