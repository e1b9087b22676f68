"""The command in an empty folder of its own: in this process, or as a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from loligo.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def loligo(capsys) -> Callable[..., Outcome]:
    def call(*words: str) -> Outcome:
        capsys.readouterr()
        code = main(words)
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[str]]:
    def start(*words: str, **environment: str) -> subprocess.Popen[str]:
        options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        command = [sys.executable, "-m", "loligo", *words]
        return subprocess.Popen(command, env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment}, **options)

    return start
