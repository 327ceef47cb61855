"""The HTML page as text: escaping, links, policy, and parts that do not apply."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from oauthgit.model.formats.forge import Forge
from oauthgit.model.location import Location
from oauthgit.model.page import Source
from oauthgit.report import html
from oauthgit.report.html import document
from oauthgit.report.html.formatting import url_of
from oauthgit.report.html.markup import Markup, anchor, element, link, prose, text
from oauthgit.report.html.view import shorten
from support.malicious_text import EMPTY, NASTY, PAGE, SMOKE, VALIDATE
from support.safe_for_ci import assert_inert

FOLDER = Path(document.__file__).parent


def test_text_is_escaped_and_markup_is_not() -> None:
    assert element("p", "<b>&\"'", Markup("<i>")) == "<p>&lt;b&gt;&amp;&quot;&#x27;<i></p>"
    assert element("a", "x", title="\"><script>'") == '<a title="&quot;&gt;&lt;script&gt;&#x27;">x</a>'
    assert element("p", hidden=True, id=None, open=False) == "<p hidden></p>"
    assert text("##vso[x] ::error::") == "#&#35;vso[x] :&#58;error:&#58;"
    assert prose("Run `a <b>` now.") == "Run <code>a &lt;b&gt;</code> now."


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://example.com", "//example.com", "data:text/html,x", "", "x"]
)
def test_link_to_another_scheme_is_only_text(url: str) -> None:
    assert link(url, "<label>") == "&lt;label&gt;"
    assert link("https://github.com/a", "b") == '<a href="https://github.com/a" rel="noreferrer noopener">b</a>'


def test_id_of_a_cell_is_its_own_fragment() -> None:
    assert anchor("insights-prod", "hub") == "insights-prod/hub"
    assert anchor("MAIN/dev", "a/b") == "MAIN/dev/a%2Fb"
    assert re.fullmatch(r"[\w.~%/-]+", anchor(NASTY, NASTY), re.ASCII)
    assert anchor("\udcff", "x") == "%3F/x"


def test_targets_have_the_shortest_unique_label() -> None:
    dev, other = "runtime_configuration/A/MAIN/dev", "runtime_configuration/B/MAIN/dev"
    application, branch = "iam_application/shop", "branch/A/MAIN"
    assert shorten([dev, application, branch]) == {dev: "MAIN/dev", application: "shop", branch: branch}
    assert shorten([dev, other]) == {dev: "A/MAIN/dev", other: "B/MAIN/dev"}


def test_link_needs_a_file_that_is_as_committed() -> None:
    source = Source(
        commit="c" * 40, committed=frozenset({"configs/a.yaml"}), folder="x/y", forge=Forge("github.com", "a/b")
    )
    assert (
        url_of(Location("configs/a.yaml", 3), source) == f"https://github.com/a/b/blob/{'c' * 40}/x/y/configs/a.yaml#L3"
    )
    assert url_of(Location("configs/b.yaml", 3), source) == ""
    assert url_of(Location("configs/a.yaml", 3), source._replace(forge=None)) == ""


def test_policy_allows_only_the_own_style_and_script() -> None:
    page = html.render(PAGE)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    parts = dict(part.split(" ", 1) for part in policy.replace("&#x27;", "'").split("; "))
    hashes = [
        f"'sha256-{b64encode(sha256(found.encode()).digest()).decode()}'"
        for kind in ("style", "script")
        for found in re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
    ]
    none = dict.fromkeys(("default-src", "base-uri", "form-action"), "'none'")
    assert parts == {**none, "style-src": hashes[0], "script-src": hashes[1], "img-src": "data:"}
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert " style=" not in page, "the policy would block it"
    assert (
        re.search(r"\son[a-z]+=", page.partition("<style>")[0] + page.partition("</style>")[2].partition("<script>")[0])
        is None
    )


@pytest.mark.parametrize("name", ["page.css", "page.js"])
def test_style_and_script_are_ascii_and_load_nothing(name: str) -> None:
    content = (FOLDER / name).read_text(encoding="ascii")
    assert re.findall(r"url\(\"(?!data:)|@import|fetch\(|XMLHttpRequest|innerHTML|eval\(|</", content) == []


def test_page_in_ascii_has_references() -> None:
    page = html.render(PAGE)
    ascii_ = html.to_ascii(page)
    assert ascii_.isascii()
    assert not page.isascii()
    assert_inert(ascii_)


def test_parts_that_do_not_apply_are_absent() -> None:
    def sections(page: str) -> list[str]:
        return re.findall('<h2 id="([a-z]+)"', page)

    assert sections(html.render(EMPTY)) == ["findings"]
    assert sections(html.render(VALIDATE)) == ["findings"]
    assert sections(html.render(SMOKE)) == ["verdicts", "others", "findings"]
    assert sections(html.render(PAGE)) == ["verdicts", "matrix", "others", "expiry", "findings", "changes", "settings"]
    assert "Secrets that end" not in html.render(VALIDATE)
    assert "Nothing found." in html.render(EMPTY)
