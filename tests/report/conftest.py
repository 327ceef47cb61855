"""The browser, started once for the tests that need it."""

import os
from collections.abc import Iterator

import pytest

from support.browser import IN_CI, Browser, find_obstacle, start


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return Chromium; where it cannot run, the tests are skipped, and fail in CI."""
    if why := find_obstacle():
        (pytest.fail if os.environ.get(IN_CI) else pytest.skip)(why)
    with start(tmp_path_factory.mktemp("browser")) as started:
        yield started
