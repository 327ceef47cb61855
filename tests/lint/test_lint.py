"""Running rules: subscriptions, locations, matches of several targets, crashes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oauthgit.merge import MergeInputs, merge
from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.placeholder import LEFT_OPEN, OF_TOOLS, is_left_open
from oauthgit.model.formats.url import is_ordinary, url_of
from oauthgit.model.rule import Rule, RuleMatch, document_rule, rule, targets_rule, workspace_rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Origin, Setting, Settings
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.pipeline import load
from oauthgit.reference.examples import check_example, examples
from oauthgit.rules import modules, with_checks
from support.documents import document
from support.lint_documents import lint
from support.paths import REPOSITORY

BRANCH = """
    kind: branch
    model: M
    branch: MAIN
    oauth_servers:
      crm:
        client_id: main
        user_login: {prompt: login}
    """
APPLICATION = """
    kind: iam_application
    application: NAME
    model: M
    branch: MAIN
    environment: production
    """


def documents() -> list[Document]:
    return [
        document("branch/M/MAIN", BRANCH),
        document("iam_application/one", APPLICATION.replace("NAME", "one")),
        document("iam_application/two", APPLICATION.replace("NAME", "two")),
    ]


def settings() -> list[Settings]:
    known = {one.layer: one.file for one in documents() if one.kind in LAYERS}
    return merge(
        documents(), MergeInputs({}, {"require_pkce": True}, ("client_id", "require_pkce", "user_login"), {}, {}), known
    )[0]


def pointers(on: str | tuple[str, ...]) -> list[str]:
    seen: list[str] = []

    @rule("OG999", Severity.NOTE, on=on)
    def spy(setting: Setting, _settings: Settings) -> Iterator[str]:
        """Match everything."""
        seen.append(setting.pointer)
        yield from ()

    lint([], settings()[:1], [spy], {})
    return seen


def test_rule_gets_the_values_it_subscribed_to() -> None:
    assert pointers("/oauth_servers/*/client_id") == ["/oauth_servers/crm/client_id"]
    assert pointers("/oauth_servers/*") == ["/oauth_servers/crm"]
    assert pointers("/oauth_servers/*/*") == [
        "/oauth_servers/crm/client_id",
        "/oauth_servers/crm/require_pkce",
        "/oauth_servers/crm/user_login",
    ]
    assert "/oauth_servers/crm/user_login/prompt" in pointers("/oauth_servers/*/**")
    assert pointers("/redirect_uri") == []
    assert pointers(("/redirect_uri", "/oauth_servers/*/client_id")) == ["/oauth_servers/crm/client_id"]


def test_same_match_in_several_targets_is_one_finding() -> None:
    @rule("OG999", Severity.NOTE, on="/oauth_servers/*/client_id")
    def complaint(_setting: Setting, _settings: Settings) -> Iterator[str]:
        """Report a match."""
        yield "no"

    (found,) = lint([], settings(), [complaint], {})
    assert (found.location.file, found.location.line, found.location.column) == ("configs/branches/M/MAIN.yaml", 7, 16)
    assert found.targets == ("branch/M/MAIN", "iam_application/one", "iam_application/two")


def test_default_value_is_located_at_its_server() -> None:
    @rule("OG999", Severity.NOTE, on="/oauth_servers/*/require_pkce")
    def complaint(_setting: Setting, _settings: Settings) -> Iterator[str]:
        """Report a match."""
        yield "no"

    (found,) = lint([], settings()[:1], [complaint], {})
    assert (found.location.line, found.location.column, found.location.end_column) == (6, 3, 6)


def test_crashing_rule_is_a_finding_and_others_continue() -> None:
    @rule("OG998", Severity.NOTE, on="/oauth_servers/*/client_id")
    def broken(setting: Setting, _settings: Settings) -> Iterator[str]:
        """Raise an exception."""
        yield str(int(setting.value))

    @document_rule("OG997", Severity.NOTE)
    def broken_as_well(document: Document) -> Iterator[RuleMatch]:
        """Raise an exception."""
        yield RuleMatch(document.data["no such key"])

    @rule("OG999", Severity.NOTE, on="/oauth_servers/*/client_id")
    def fine(_setting: Setting, _settings: Settings) -> Iterator[str]:
        """Report a match."""
        yield "still here"

    rules: list[Rule] = [broken, broken_as_well, fine]
    found = lint(documents()[:1], settings()[:1], rules, {})
    assert [finding.code for finding in found] == ["OG002", "OG002", "OG999"]
    crash = found[1]
    assert "rule OG998 crashed here (ValueError)" in crash.message
    assert crash.location.line == 7
    assert all("main" not in finding.message for finding in found), "a crash quotes no value"


def test_workspace_rule_names_its_document_and_gets_the_policy() -> None:
    @workspace_rule("OG999", Severity.NOTE)
    def last(documents: Sequence[Document], policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
        """Report the last document."""
        yield RuleMatch(policy["word"], pointer="/application", document=documents[-1])

    (found,) = lint(documents(), [], [last], {"word": "no"})
    assert (found.message, found.location.file, found.location.line) == ("no", "configs/iam_applications/two.yaml", 3)
    assert lint([], [], [last], {}) == []


def test_crashing_workspace_rule_is_a_finding() -> None:
    @workspace_rule("OG998", Severity.NOTE)
    def broken(_documents: Sequence[Document], policy: Mapping[str, Any]) -> Iterator[RuleMatch]:
        """Raise an exception."""
        yield RuleMatch(policy["no such key"])

    (found,) = lint(documents(), [], [broken], {})
    assert (found.code, found.location.file) == ("OG002", "configs/branches/M/MAIN.yaml")


def test_targets_rule_names_targets_and_locates_the_first() -> None:
    @targets_rule("OG999", Severity.NOTE, correlation_keys=lambda _documents, _targets: ())
    def compared(targets: Sequence[Settings]) -> Iterator[RuleMatch]:
        """Compare two targets."""
        yield RuleMatch("alike", "/environment", targets=(targets[2], targets[1], targets[2]))

    (found,) = lint([], settings(), [compared], {})
    assert (found.location.file, found.location.line) == ("configs/iam_applications/two.yaml", 6)
    assert found.targets == ("iam_application/two", "iam_application/one")
    assert lint([], [], [compared], {}) == []


def test_crashing_targets_rule_is_a_finding() -> None:
    @targets_rule("OG998", Severity.NOTE, correlation_keys=lambda _documents, _targets: ())
    def broken(targets: Sequence[Settings]) -> Iterator[RuleMatch]:
        """Raise an exception."""
        yield RuleMatch(targets[0].data["no such key"])

    (found,) = lint([], settings(), [broken], {})
    assert (found.code, found.location.file) == ("OG002", "configs/branches/M/MAIN.yaml")


def _said(each: Rule, setting: Setting, settings: Settings) -> list[RuleMatch | str]:
    assert each.check_setting
    return list(each.check_setting(setting, settings))


LABELS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True).filter(lambda label: not label.startswith("xn--"))
SEGMENTS = st.from_regex(r"[A-Za-z0-9_.~-]{1,8}", fullmatch=True)
ASKED_OF_STRANGE_ONES = [rule for rule in with_checks() if rule.unless is is_ordinary_url]
SETTINGS = load(REPOSITORY).resolve().targets


@given(st.lists(LABELS, min_size=1, max_size=4), st.sampled_from(["com", "nl", "test", "example"]), st.lists(SEGMENTS))
def test_unusual_url_rules_report_nothing_on_plain_urls(labels: list[str], top: str, path: list[str]) -> None:
    """Otherwise a mistake would be missed: these rules do not run on plain URLs."""
    url = f"https://{'.'.join(labels)}.{top}/{'/'.join(path)}"
    assume(is_ordinary(url))
    assert len(ASKED_OF_STRANGE_ONES) > 10
    for settings in SETTINGS:
        pointer = next(pointer for pointer in settings.settings if pointer.endswith("/token_endpoint"))
        for at in (pointer, "/redirect_uri"):
            setting = Setting(at, url, Origin("branch/M/MAIN", url, settings.location))
            said = [each.code for each in ASKED_OF_STRANGE_ONES for _ in _said(each, setting, settings)]
            assert said == []


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example.com/", "https://a.example.com:443/", "https://u@a.example.com/", "https://a.example.com/?a=b",
        "https://a.example.com/#a", "https://a.example.com/../b", "https://a.example.com/%2e/b", "https://localhost/",
        "https://10.0.0.1/", "https://intranet/", "https://xn--bcher-kva.example.com/", "https://b\u00fccher.example.com",
        "https://a.test/", "https://A.example.com", "https://a.example.com//b", "https:///a.example.com", "", None, ["a"], 1,
    ],
)  # fmt: skip
def test_unusual_urls_are_not_classified_as_plain(url: object) -> None:
    assert not is_ordinary(url)


@given(st.lists(LABELS, min_size=1, max_size=4), st.sampled_from(["com", "nl"]), st.lists(SEGMENTS))
def test_plain_url_is_split_like_any_other(labels: list[str], top: str, path: list[str]) -> None:
    url = f"https://{'.'.join(labels)}.{top}/{'/'.join(path)}"
    assume(is_ordinary(url))
    assert url_of(url) == url_of(url.replace("https", "HTTPS", 1))


TARGETS = [
    *SETTINGS,
    *(
        target
        for code in modules()
        for example in examples(code)
        for target in check_example(example).resolve().targets
    ),
]
RULES = [rule for rule in with_checks() if rule.check_setting]


def test_rule_filters_do_not_change_the_findings() -> None:
    """The filters (``of``, ``unless``) save time and hide no finding."""
    conditional = [rule for rule in RULES if rule.of or rule.unless]
    always = [rule._replace(of=None, unless=None) for rule in conditional]
    speaking = set()
    for settings in TARGETS:
        found = lint([], [settings], conditional, {})
        assert found == lint([], [settings], always, {})
        speaking |= {finding.code for finding in found}
    assert speaking == {rule.code for rule in conditional}


def test_only_rules_by_environment_depend_on_the_environment() -> None:
    differing = set()
    for settings in TARGETS:
        one, *others = (
            {
                (each.code, each.location, each.message)
                for each in lint([], [settings._replace(environment=name)], RULES, {})
            }
            for name in (None, "development", "test", "acceptance", "production")
        )
        differing |= {code for other in others for code, *_ in one ^ other}
    tolerated = {"OG422"}  # it has a second condition, which no example meets
    assert differing == {rule.code for rule in RULES if rule.by_environment} - tolerated


def alone(settings: Settings, server: str) -> Settings:
    """Return the rest of a target that has only one server, under another name."""
    within = f"/oauth_servers/{server}"

    def kept(of: Mapping[str, Any]) -> dict[str, Any]:
        return {pointer: value for pointer, value in of.items() if f"{pointer}/".startswith(f"{within}/")}

    return settings._replace(
        target="another",
        kind=Kind.POLICY,
        model="",
        branch="",
        data={"oauth_servers": {server: settings.servers[server]}},
        settings=kept(settings.settings),
        definitions=kept(settings.definitions),
        resets=kept(settings.resets),
        providers={name: entry for name, entry in settings.providers.items() if name == server},
    )


def test_rule_result_depends_only_on_its_server() -> None:
    """Also on environment, policy and date: the finding counts for all targets that inherit the server unchanged."""
    seen = 0
    for settings in TARGETS:
        said = [(found.code, found.location, found.message) for found in lint([], [settings], RULES, {})]
        for server in settings.servers:
            for found in lint([], [alone(settings, server)], RULES, {}):
                said.remove((found.code, found.location, found.message))
                seen += 1
        outside = [location.pointer for _, location, _ in said]
        assert [pointer for pointer in outside if pointer.startswith("/oauth_servers/")] == []
    assert seen > 60


@pytest.mark.parametrize("by_environment", [False, True])
def test_inherited_server_is_linted_once_or_by_environment(by_environment: bool) -> None:  # noqa: FBT001
    asked: list[str] = []

    @rule("OG999", Severity.NOTE, on=("/oauth_servers/*/client_id", "/environment"), by_environment=by_environment)
    def spy(setting: Setting, settings: Settings) -> Iterator[str]:
        """Match everything."""
        asked.append(f"{settings.target} {setting.name}")
        yield "no"

    found = lint([], settings(), [spy], {})
    assert asked == [
        *("branch/M/MAIN client_id", "iam_application/one environment"),
        *(["iam_application/one client_id"] if by_environment else []),
        "iam_application/two environment",
    ]
    (client,) = [each for each in found if each.location.pointer.endswith("client_id")]
    assert client.targets == ("branch/M/MAIN", "iam_application/one", "iam_application/two")


def test_rule_runs_on_its_own_servers_and_kinds_only() -> None:
    asked: list[str] = []

    @rule("OG999", Severity.NOTE, on="/**", of=Settings.lets_users_log_in)
    def of_users(setting: Setting, _settings: Settings) -> Iterator[str]:
        """Match the settings of user logins."""
        asked.append(setting.pointer)
        yield from ()

    @document_rule("OG998", Severity.NOTE, kinds=(Kind.IAM_APPLICATION,))
    def of_applications(document: Document) -> Iterator[RuleMatch]:
        """Match applications."""
        asked.append(document.layer)
        yield from ()

    lint(documents(), settings()[1:2], [of_users, of_applications], {})
    assert asked == ["iam_application/one", "iam_application/two", "/oauth_servers", "/environment"]


@given(
    st.text(max_size=12)
    | st.from_regex(
        r"[a-z ]{0,4}(\$\{?|\{\{?|##?|@@?|<|\*{5,6})[a-zA-Z .-]{0,6}(\}\}?|##?|@@?|>)?[a-z]{0,3}", fullmatch=True
    )
    | st.from_regex(
        r"[a-z/ ]{0,2}(\$|\$\(|#\{|\{|\(\(|_{1,3}|%|\[|<%|@|op://|ref\+[a-z]{1,3}://|0{8}(-0{4}){3}-)[A-Za-z0 _.-]{0,5}"
        r"(\)|\}#?|\}|\)\)|_{1,3}|%|\]|%>|@|0{12})?[a-z/]{0,2}",
        fullmatch=True,
    )
    | st.from_regex(
        r"(?i:changeme|change[-_ ]?me|todo|tbd|f\u0131xme|x{2,4}|your[-_ ]|replace[-_ ]|placeholder|dummy)[a-z]?\n?",
        fullmatch=True,
    )
)
def test_open_template_part_is_found_by_its_pattern(text: str) -> None:
    assert is_left_open(text) == (LEFT_OPEN.search(text) is not None or OF_TOOLS.search(text) is not None)
