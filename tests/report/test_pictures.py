"""Pictures of the page for its documentation; ``pytest --update tests/report/test_pictures.py`` makes them again."""

from pathlib import Path

import pytest

from support.pages import copy_sample, report_of_page, with_verdicts, write_page
from support.paths import REPOSITORY

PICTURES = {"report-matrix.png": "", "report-cell.png": "#insights-prod/hub"}
"""The pictures, each with the fragment that it shows."""
FOLDER = REPOSITORY / "docs/images"


def test_pictures_are_up_to_date_and_small(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if request.config.getoption("--update"):
        browser = request.getfixturevalue("browser")
        FOLDER.mkdir(exist_ok=True)
        sample = copy_sample(tmp_path / "oauth-settings", spoilt=True)
        page = write_page(sample, with_verdicts(report_of_page(sample)[1]))
        for name, fragment in PICTURES.items():
            browser.open(page.as_uri() + fragment, width=1280, height=900)
            browser("screenshot", path=str(FOLDER / name))
    named = (REPOSITORY / "docs/report.md").read_text()
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES)
    for name in PICTURES:
        content = (FOLDER / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 200_000
        assert f"(images/{name})" in named
