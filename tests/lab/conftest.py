"""A laboratory, served by a process of its own as a user would start it."""

import pytest

for needed in ("starlette", "uvicorn", "websockets", "msgspec"):
    pytest.importorskip(needed, reason=f'{needed} is not installed: python -m pip install ".[lab]"')

from served import end, start  # noqa: E402


@pytest.fixture(scope="module")
def lab():
    served = start()
    yield served
    end(served)
