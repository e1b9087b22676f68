"""What is raised where a computation was ended early."""

from __future__ import annotations


class Stopped(Exception):
    """A newer question came, or this one took too long."""
