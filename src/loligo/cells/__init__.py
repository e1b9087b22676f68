"""Published cells, as data. Each function makes a cell; its file holds the paper."""

from __future__ import annotations

from .hodgkin_huxley_1952 import squid, squid_1952

__all__ = ["squid", "squid_1952"]
