"""The HTML page in a real browser: without network, by keyboard, in print, and for assistive technology."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from oauthgit.model.explanation import Explanation
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Stamp, Verdict
from oauthgit.model.workspace import TARGETS
from oauthgit.report import html
from oauthgit.report import json as report_json
from support.browser import Browser
from support.malicious_text import NASTY, PAGE
from support.page_projects import write_many
from support.pages import copy_sample, report_of_page, write_page

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

LINK = "a[href='#insights-prod/exact_online']"
CELL = '[id="insights-prod/exact_online"]'
BRANCH_CELL = '[id="branch/INSIGHTS/MAIN/exact_online"]'
PLACE = Location("configs/branches/INSIGHTS/MAIN.yaml", 11, 21, 11, 66, "/oauth_servers/exact_online/token_endpoint")
STAMP = Stamp("c" * 40, "0.1.0", "2026-11-28T04:23:00Z", "0" * 64)


class Pages:
    """Hold the pages of the tests, each made once."""

    def __init__(self, folder: Path) -> None:
        sample = copy_sample(folder / "sample", spoilt=True)
        part = folder / "part.json"
        verdict = Verdict(
            "iam_application/insights-prod", "exact_online", "authorization_code", Outcome.ACCEPTED, "taken", PLACE
        )
        verdicts = (verdict._replace(stamp=STAMP), verdict._replace(server="hub", outcome=Outcome.REJECTED))
        part.write_text(report_json.render(Report((), report_of_page(sample)[1].summary, verdicts=verdicts)))
        self.project, self.report = report_of_page(sample, (str(part),))
        assert self.report.page
        self.page = self.report.page
        self.sample = write_page(sample, self.report)
        write_many(folder / "some", 10, 20)
        self.some = write_page(folder / "some", report_of_page(folder / "some")[1])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(tmp_path_factory.mktemp("pages"))


def assert_quiet(browser: Browser) -> None:
    """Fail if the page loaded anything besides itself and its own images, printed, or opened a dialog."""
    log = browser("log")
    assert [url for url in log["requests"] if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in log["requests"] if url.startswith("file:")]) <= 1
    assert (log["console"], log["dialogs"]) == ([], [])


def test_page_opens_from_disk_and_loads_nothing(browser: Browser, pages: Pages) -> None:
    browser.open(pages.sample)
    assert browser.evaluate("document.querySelector('.scroll').ariaLabel") == "Matrix of servers and targets"
    assert browser.evaluate("document.querySelectorAll('.scroll tbody tr').length") == 7
    assert browser.evaluate("document.documentElement.dataset.ready") == "", "the script has run"
    assert browser.evaluate("isSecureContext && document.title") == "OAuth settings · sample"
    assert_quiet(browser)


SETTINGS = [(scheme, width) for scheme in ("light", "dark") for width in (320, 1440)]


@pytest.mark.parametrize(
    ("name", "scheme", "width"), [*(("sample", *each) for each in SETTINGS), ("some", "light", 1440)]
)
def test_axe_finds_no_violation(name: str, scheme: str, width: int, browser: Browser, pages: Pages) -> None:
    browser.open(getattr(pages, name), scheme=scheme, width=width)
    colour = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 29)"}[scheme]
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == colour, "the styles apply"
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), "only the matrix scrolls sideways"
    assert browser("log")["console"] == []
    folded = "document.querySelectorAll('.target:nth-of-type(3), details:not(.target)')"
    browser.evaluate(f"{folded}.forEach(each => each.open = true)")
    assert browser("axe") == []


def test_filter_leaves_matching_rows_and_columns(browser: Browser, pages: Pages) -> None:
    browser.open(pages.sample)
    shown = (
        "[[...document.querySelectorAll('.scroll tbody tr')].filter(e => !e.hidden).map(e => e.cells[0].textContent), "
        "[...document.querySelectorAll('.scroll thead tr:last-child th')].filter(e => !e.hidden).length, "
        "document.querySelector('output').textContent]"
    )
    rows, columns, _ = browser.evaluate(shown)
    assert (len(rows), columns) == (7, 10)
    browser("type", selector="input[name=text]", text="login.insights.example.com")
    assert browser.evaluate(shown) == [["hub"], 1, "1 of 46 cells"], "an overridden value"
    browser("click", selector="button[type=reset]")
    browser("type", selector="input[name=text]", text="github.com/login")
    assert browser.evaluate(shown)[0] == ["github"], "an inherited value"
    browser("click", selector="button[type=reset]")
    browser.evaluate("document.querySelector('[name=environment]').value = 'production'")
    browser.evaluate("document.querySelector('[name=state]').value = 'rejected'")
    browser.evaluate("document.querySelector('form').dispatchEvent(new Event('input'))")
    assert browser.evaluate(shown) == [["hub"], 1, "1 of 46 cells"]
    assert browser.evaluate(
        "[...document.querySelectorAll('.scroll [scope=colgroup]')].map(e => [e.hidden, e.colSpan])"
    ) == [
        [True, 1],
        [False, 1],
        [True, 1],
        [True, 1],
        [True, 1],
    ]


def test_deep_link_shows_all_effective_settings(browser: Browser, pages: Pages) -> None:
    browser.open(f"{pages.sample.as_uri()}#insights-prod/exact_online")
    assert browser.evaluate("document.activeElement.ariaLabel") == "insights-prod / exact_online"
    assert browser.evaluate("document.activeElement.closest('details').open") is True
    names = browser.evaluate(f"[...document.querySelectorAll('{CELL} table th')].map(e => e.textContent)")
    (settings,) = (each for each in pages.page.targets if each.target == "iam_application/insights-prod")
    pointers = [setting.pointer.split("/", 3)[3] for setting in settings.of_server("exact_online")]
    assert sorted(names) == sorted(pointer.replace("/", ".") for pointer in pointers)
    words = browser.evaluate(f"document.querySelector('{CELL}').textContent")
    for each in (
        "proven for earlier settings",
        "claimed, not signed",
        "ends 2026-12-29 (in 30 days)",
        "pinned",
        "OG521",
    ):
        assert each in words
    assert_quiet(browser)


def settled(browser: Browser, code: str, expected: object) -> object:
    """Return the value of code once it is the expected one: a browser follows a link a moment after the key."""
    ends = time.monotonic() + 5
    while (value := browser.evaluate(code)) != expected and time.monotonic() < ends:
        time.sleep(0.02)
    return value


def test_keyboard_moves_opens_and_closes_a_cell(browser: Browser, pages: Pages) -> None:
    browser.open(pages.sample)
    here = "document.activeElement.hash ?? document.activeElement.tagName"
    panel = f"getComputedStyle(document.querySelector('{CELL}')).position"
    browser.evaluate(f'document.querySelector("{LINK}").focus()')
    browser("press", keys=["ArrowDown"])
    assert browser.evaluate(here) == "#insights-prod/google", "a row without this cell is passed"
    browser("press", keys=["ArrowRight"])
    assert browser.evaluate(here) == "#insights-acc/google", "a column without this cell is passed"
    browser("press", keys=["ArrowUp", "ArrowUp", "End"])
    assert browser.evaluate(here) == "#FEATURE_TAX/dev/exact_online"
    browser("press", keys=["Home", "ArrowRight", "ArrowRight"])
    assert browser.evaluate(here) == "#insights-prod/exact_online"
    assert browser.evaluate(panel) == "static"
    browser("press", keys=["Enter"])
    assert settled(browser, here, "SECTION") == "SECTION"
    assert browser.evaluate(panel) == "fixed"
    browser("press", keys=["Escape"])
    assert settled(browser, here, "#insights-prod/exact_online") == "#insights-prod/exact_online"
    assert browser.evaluate(panel) == "static"
    assert (
        browser.evaluate("[...document.querySelectorAll('.scroll tbody a')].filter(e => e.tabIndex === 0).length") == 1
    )


def test_copy_button_takes_the_value(browser: Browser, pages: Pages) -> None:
    browser.open(f"{pages.sample.as_uri()}#insights-prod/exact_online")
    browser("click", selector=f"{CELL} .copy")
    browser("click", selector=f"{CELL} h4")
    assert browser.evaluate(f"document.querySelector('{CELL} .copy').textContent") in {"copied", "selected"}


def test_print_shows_folded_parts_and_splits_the_matrix(browser: Browser, pages: Pages, tmp_path: Path) -> None:
    browser.open(pages.sample, width=1100)
    is_visible = f"document.querySelector('{CELL}').checkVisibility()"
    assert browser.evaluate(is_visible) is False
    browser("media", type="print")
    assert browser.evaluate(is_visible) is True, "what is folded is printed"
    for selector in (".scroll", "form", "nav"):
        assert browser.evaluate(f"document.querySelector('{selector}').checkVisibility()") is False
    sheets = "[...document.querySelectorAll('.sheets table')]"
    widths = browser.evaluate(f"{sheets}.map(e => [e.offsetWidth <= innerWidth, e.rows[0].cells.length])")
    assert widths == [[True, 9], [True, 3]]
    browser("pdf", path=str(tmp_path / "page.pdf"))
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") > 10


def test_page_is_readable_without_script(browser: Browser, pages: Pages) -> None:
    browser.open(f"{pages.sample.as_uri()}#insights-prod/exact_online", script=False)
    cell = browser("node", selector=CELL)
    around = browser("node", selector=f".target:has({CELL})")["html"]
    assert around.startswith('<details class="target" open'), "the browser itself opens what the link names"
    assert cell["box"][0] > 300
    assert "0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e" in cell["html"]
    assert "#branch/INSIGHTS/MAIN/exact_online" in cell["html"]
    assert browser("node", selector="form")["box"] is None, "no filter that would do nothing"
    assert browser("node", selector=".scroll tbody td a")["box"][1] > 10
    browser.open(f"{pages.sample.as_uri()}#branch/INSIGHTS/MAIN/exact_online", script=False)
    assert browser("node", selector=BRANCH_CELL)["box"][0] > 300
    assert "https://start.exactonline.nl/api/oauth2/token" in browser("node", selector=BRANCH_CELL)["html"]
    assert_quiet(browser)


@pytest.fixture
def listener() -> Iterator[tuple[str, socket.socket]]:
    """Return the address of a listener, and its socket."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.2)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def test_malicious_report_only_shows_its_text(
    browser: Browser, listener: tuple[str, socket.socket], tmp_path: Path
) -> None:
    url, server = listener
    attack = (
        f"<img src='{url}/i' onerror=alert(1)><script src='{url}/s'></script><link rel=stylesheet href='{url}/c'>"
        f"<iframe src='{url}/f'></iframe><style>@import '{url}/t'</style><script>alert(1)</script>\"'><svg onload=alert(1)>"
        f"<meta http-equiv=refresh content='0;url={url}/m'><base href='{url}/'></code></style></script></title>"
    )
    finding = Finding(
        "OG201", attack, Location(attack, pointer=f"/{attack}"), attack, attack, targets=(attack,), name=attack
    )
    page = write_page(tmp_path, PAGE._replace(findings=(finding, *PAGE.findings)))
    browser.open(page, offline=False)
    browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    shown = browser.evaluate("document.body.textContent")
    assert attack in shown
    assert "<script>alert('x')</script>" in shown
    assert "hunter2" not in shown
    assert browser.evaluate("document.querySelectorAll('img, iframe, script, style, base, object, embed').length") == 2
    assert browser.evaluate("[...document.links].every(each => each.protocol === 'file:')")
    assert_quiet(browser)
    with pytest.raises(TimeoutError):
        server.accept()
    for name in ("script", "style"):  # what gets in by any other way is stopped by the policy of the page
        browser.evaluate(
            f"document.body.append(Object.assign(document.createElement('{name}'), {{textContent: 'alert(2)'}}))"
        )
    browser.evaluate(f"document.body.append(Object.assign(new Image(), {{src: '{url}/late'}}))")
    with pytest.raises(TimeoutError):
        server.accept()
    log = browser("log")
    assert log["dialogs"] == []
    assert len([line for line in log["console"] if "Content Security Policy" in line]) == 3


def values(browser: Browser) -> Any:
    """Return the rows of every cell, with those of the cells that it inherits from."""
    return browser.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.cell')].map(cell => {"
        "const rows = {}; let inherited = 0;"
        "for (let each = cell; each; each = document.getElementById(each.dataset.base || ''))"
        "for (const row of each.querySelectorAll(':scope > table tr')) {"
        "const [name, value, place] = [...row.cells].map(e => e.cloneNode(true));"
        "value.querySelectorAll('div').forEach(e => e.remove());"
        "rows[name.textContent] ??= [value.textContent, place.textContent];}"
        "return [cell.id, rows];}))"
    )


def expected(setting: dict[str, Any]) -> list[str]:
    """Return value and origin of a setting of the JSON report, as a person reads them."""
    value, origin = setting["value"], setting["origin"]
    if isinstance(value, dict):
        words = "encrypted, pinned" if value["pinned"] else "encrypted, not pinned"
    elif isinstance(value, list):
        words = " ".join(value) or "empty list"
    else:
        words = "not set" if value is None else str(value).lower() if isinstance(value, bool) else value
    place = origin["location"]
    layer = "platform default" if origin["layer"] == "default" else origin["layer"].replace("/", " ", 1)
    return [words, f"{place['file']}:{place['line']}" if place else layer]


def test_every_setting_equals_the_json_report(browser: Browser, pages: Pages) -> None:
    browser.open(pages.sample)
    shown = values(browser)
    targets = pages.page.targets
    explanations = tuple(Explanation(each, server) for each in targets for server in each.servers)
    reported = json.loads(report_json.render(Report((), pages.report.summary, explanations=explanations)))["targets"]
    found = 0
    for target, settings in reported.items():
        for server, members in settings["oauth_servers"].items():
            (cell,) = (rows for name, rows in shown.items() if f"/{target}/{server}".endswith(f"/{name}"))
            assert {name: value for name, value in cell.items() if value[0] != "not set"} == {
                name: expected(setting) for name, setting in members.items() if setting["value"] is not None
            }
            found += len(members)
    assert found > 400


def test_findings_and_numbers_equal_the_json_report(browser: Browser, pages: Pages) -> None:
    browser.open(pages.sample)
    report = json.loads(report_json.render(pages.report._replace(secrets=tuple(pages.page.secrets))))
    numbers = browser.evaluate("[...document.querySelectorAll('.numbers b')].map(e => Number(e.textContent))")
    open_ = [each for each in report["findings"] if each["suppressed"] is None]
    window = pages.page.window
    ending = [each for each in report["secrets"] if each["days_left"] is not None and each["days_left"] <= window]
    running = [each for each in pages.page.targets if each.kind in TARGETS]
    effective = json.loads(report_json.render(Report((), pages.report.summary, targets=tuple(running))))["targets"]
    servers = sum(len(each["oauth_servers"]) for each in effective.values())
    assert numbers == [len(effective) + len(pages.page.blocked), pages.report.summary.servers, len(open_), len(ending)]
    assert (len(effective), servers) == (8, 32)
    assert len(ending) == 2
    shown = browser.evaluate("[...document.querySelectorAll('article')].map(e => e.textContent)")
    assert len(shown) == len(open_)
    for finding in open_:
        place = f"{finding['location']['file']}:{finding['location']['line']}"
        assert [each for each in shown if place in each and finding["message"].replace("`", "") in each], finding
    (suppressed,) = browser.evaluate("[...document.querySelectorAll('#suppressed tbody tr')].map(e => e.textContent)")
    for words in ("OG440", "the hub wants it twice", "2099-06-30", "test@example.com"):
        assert words in suppressed
    legend = browser.evaluate("[...document.querySelectorAll('.verdicts .legend li')].map(e => e.textContent)")
    assert legend == ["1 accepted", "1 rejected"]
    assert "oauthgit-settings" not in "".join(shown)


def test_no_ciphertext_is_on_the_page(pages: Pages) -> None:
    content = pages.sample.read_text(encoding="utf-8")
    assert "ENC[" not in content
    assert "BEGIN AGE" not in content
    assert html.render(PAGE).count("hunter2") == 0
    assert NASTY not in html.render(PAGE)


def test_large_page_is_small_and_ready_within_a_second(browser: Browser, tmp_path: Path) -> None:
    write_many(tmp_path, 100, 20)
    page = write_page(tmp_path, report_of_page(tmp_path)[1])
    assert page.stat().st_size <= 4_000_000
    is_fast = any(browser.open(page, width=1440) < 1 for _ in range(5))
    assert browser.evaluate("document.documentElement.dataset.ready") == ""
    assert browser.evaluate("document.querySelectorAll('.scroll tbody a').length") == 2_000
    assert is_fast, "seconds of processor time, at best, because other tests run at the same time"
