"""A laboratory, served by a process of its own as a user would start it."""

import pytest

for needed in ("starlette", "uvicorn", "websockets", "msgspec"):
    pytest.importorskip(needed, reason=f'{needed} is not installed: python -m pip install ".[lab]"')

from browsing import Page, launched  # noqa: E402
from served import end, start  # noqa: E402


@pytest.fixture(scope="module")
def lab():
    served = start()
    yield served
    end(served)


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason='playwright is not installed: pip install ".[browser]"'
    )
    with playwright.sync_playwright() as p:
        try:
            browser = launched(p)
        except playwright.Error as error:
            pytest.skip(
                f"no chromium here (apt install chromium, or playwright install chromium): {error.message[:80]}"
            )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, lab):
    opened = Page(chromium, lab.address)
    yield opened
    assert opened.problems == []
    assert opened.elsewhere == []
    opened.page.context.close()


def pytest_collection_modifyitems(items):
    """What drives a browser can be chosen: ``pytest -m browser``."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
