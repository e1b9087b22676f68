"""Where output goes: lines on standard error, JSON, and files that are written whole or not at all."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import LoligoError, LoligoWarning

LONGEST = 500  # characters of a line on standard error
PICTURES = (".png", ".pdf", ".svg", ".eps", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


def complain(kind: str, message: str = "") -> None:
    """Write one line on standard error."""
    text = " ".join(f"loligo: {kind}{': ' if message else ''}{as_options(message)}".split())
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    try:
        print(text, file=sys.stderr, flush=True)
    except UnicodeEncodeError:
        print(text.encode("ascii", "replace").decode(), file=sys.stderr, flush=True)
    except OSError:  # nobody listens
        pass


def as_options(message: str) -> str:
    """A message of the package with what it tells one to write in Python written as options of the command line."""
    text = re.sub(r"\binitial=\{'V': ([^}]*)\}", r"--initial V=\1", message)
    text = re.sub(r"(?<![(\w.])(method|tolerance|dt|every|duration)='?([\w.+-]*)'?", r"--\1 \2", text)
    text = re.sub(r"\bspike_threshold=", "--spike-threshold ", text)
    return re.sub(r" +([,;)])", r"\1", text)


class Warned:
    """While it is open, warnings become lines on standard error, and are kept.

    Attributes
    ----------
    messages : list of str
        Those of the package.
    """

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._scope = warnings.catch_warnings()

    def __enter__(self) -> Warned:
        self._scope.__enter__()
        warnings.simplefilter("always", LoligoWarning)
        warnings.showwarning = self._show
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scope.__exit__(kind, error, trace)

    def _show(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        text = str(message)
        if issubclass(category, LoligoWarning):
            if text in self.messages:
                return
            self.messages.append(text)
        complain("warning", text)


def print_json(document: Any) -> None:
    """Print a document as strict JSON: what is not a finite number becomes null."""
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(_strict(document), indent=2, allow_nan=False, ensure_ascii=ascii_only))


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _strict(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(v) for v in value]
    if hasattr(value, "tolist"):  # NumPy
        return _strict(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def table(rows: list[tuple[str, str]], indent: int = 2) -> str:
    """Names and what belongs to them, in two columns; the second may have several lines."""
    width = max(9, *(len(name) for name, _ in rows)) + 3
    lines = []
    for name, text in rows:
        first, *more = text.split("\n")
        lines.append(f"{'':{indent}}{name:{width}}{first}".rstrip())
        lines += [f"{'':{indent + width}}{line}".rstrip() for line in more]
    return "\n".join(lines)


def say(text: str) -> None:
    """Print on standard output, whatever it can show."""
    try:
        print(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        plain = text.replace("µ", "u").replace("²", "2").replace("°", "deg ").replace("±", "+-").replace("…", "...")
        print(plain.encode(encoding, "replace").decode(encoding))


def check_target(option: str, name: str, suffixes: tuple[str, ...], kinds: str) -> Path:
    """Refuse an output file that cannot be written, before anything is computed.

    Parameters
    ----------
    option : str
        To name in the message.
    name : str
        The file.
    suffixes : tuple of str
        How it may end.
    kinds : str
        The same for people.
    """
    path = Path(name)
    if path.suffix.lower() not in suffixes:
        raise LoligoError(f"{option}: '{name}' should end in {kinds}")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise LoligoError(f"{option}: cannot write {name}: there is no folder {folder}")
    store = path.suffix.lower() == ".zarr"
    if path.exists() and (not path.is_file() if not store else not _is_store(path)):
        what = "is not a file" if not store else "is there already and is not a Zarr store"
        raise LoligoError(f"{option}: cannot write {name}: it {what}")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise LoligoError(f"{option}: cannot write {name}: permission denied")
    return path


def _is_store(path: Path) -> bool:
    return any((path / mark).is_file() for mark in ("zarr.json", ".zgroup"))


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to; what is there appears under `path` once it is complete, or never.

    Raises
    ------
    LoligoError
        If it cannot be written.
    """
    import shutil

    target = path.resolve()  # through a link, to the file itself
    part = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        yield part
        if target.is_file():
            shutil.copymode(target, part)
        if target.is_dir():
            old = target.with_name(f".{target.stem}.{os.getpid()}.old{target.suffix}")
            os.replace(target, old)
            try:
                os.replace(part, target)
            except BaseException:
                os.replace(old, target)
                raise
            shutil.rmtree(old)
        else:
            os.replace(part, target)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise LoligoError(f"cannot write {path}: {why}") from None
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
