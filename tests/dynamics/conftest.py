import sys
from pathlib import Path

import pytest

import loligo as lo

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def squid_diagram():
    return lo.dynamics.continuation(lo.cells.squid(), "stimulus.amplitude", (-10, 200))
