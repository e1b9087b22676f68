"""Values that never change: a changed cell is a new cell."""

from __future__ import annotations

from typing import Any, NoReturn

from ..errors import ImmutableError


class Immutable:
    """Base of cells, channels, gates and stimuli. Attributes are set once, at construction."""

    def _set(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise ImmutableError(self._instead(name, value))

    def __delattr__(self, name: str) -> NoReturn:
        raise ImmutableError(f"{type(self).__name__} cannot be changed in place")

    def _instead(self, name: str, value: Any) -> str:
        return f"{type(self).__name__} cannot be changed in place: make a new one with {name}={value!r}"

    def _key(self) -> tuple[Any, ...]:
        return tuple(sorted((k, v) for k, v in vars(self).items() if not k.startswith("_")))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Immutable) and self._key() == other._key()

    def __hash__(self) -> int:
        cached: int | None = self.__dict__.get("_hash")
        if cached is None:
            cached = hash((type(self).__name__, self._key()))
            object.__setattr__(self, "_hash", cached)
        return cached

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_hash"}  # string hashes differ between processes

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
