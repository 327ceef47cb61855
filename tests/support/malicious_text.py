"""Reports with hostile texts in every field: the golden files of every reporter are made of them."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.credential import CredentialUser
from oauthgit.model.difference import (
    Cause,
    Change,
    Differences,
    Hidden,
    Note,
    PolicyChange,
    Reach,
    Status,
    TargetDifference,
)
from oauthgit.model.drift import Drift, DriftItem, DriftState, HiddenSecret, NotCompared, TableFile
from oauthgit.model.explanation import Explanation
from oauthgit.model.finding import Finding, Related, Severity
from oauthgit.model.fix import Remove
from oauthgit.model.formats.sops_metadata import SopsRecipient
from oauthgit.model.location import Location
from oauthgit.model.page import Author, Page, Source
from oauthgit.model.planned_request import PlannedRequest
from oauthgit.model.report import Report, Summary
from oauthgit.model.risk import Risk
from oauthgit.model.secret_status import SecretStatus
from oauthgit.model.settings import LayerReference, Origin, SecretReference, SecretState, Setting, Settings
from oauthgit.model.verdict import Outcome, Stamp, Verdict
from oauthgit.model.workspace import Kind

ESCAPES = "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x1b\\link \x07\x08\x00\x85\x7f\x9b1m"
BIDI = "\u202etxet\u202c \u2066hidden\u2069 zero\u200bwidth \ufeff\u00ad"
COMMANDS = "::error file=x::owned\n##vso[task.setvariable variable=a]b ##[command] ##teamcity[x] ###[y]"
MARKUP = "<script>alert('x')</script> & \"quoted\" [link](https://evil.example) `code` | **bold** ]]> {{ 7*7 }} ${x}"
WIDE = "客户端 クライアント 🔑 e\u0301"
NASTY = f"{ESCAPES}\t{BIDI}\r\n{COMMANDS}\n{MARKUP} {WIDE}"
CREDENTIALS = "https://user:hunter2@login.example.com/token?client_secret=hunter2&x=1"

BRANCH = "configs/branches/INSIGHTS/MAIN.yaml"
FEATURE = "configs/branches/INSIGHTS/FEATURE_TAX.yaml"
APPLICATION = "configs/iam_applications/insights-prod.yaml"
SECRETS = "configs/iam_applications/insights-prod.secrets.yaml"
HOSTILE_FILE = "::error file=a\n::error::b\n##vso[task.complete]\u202e<b>.yaml"

_TEXTS: Mapping[str, tuple[str, ...]] = {
    APPLICATION: (
        "kind: iam_application",
        "application: insights-prod",
        "oauth_servers:",
        "  exact_online:",
        "    client_id: 0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e",
        "    user_login:",
        "      request_refresh_token: true",
        "      prompt: login",
        f"    {WIDE}: {WIDE} # **********",
        "    scopes:\t[api.read,\tapi.write]",
        "    token_endpoint: https://login.example.com/" + "a" * 250 + "?tail",
        "    issuer: " + "客" * 150 + "X" + "户" * 150,
        "    note: \x1b[31mred ::error:: ##vso[task.complete] \u202eevil",
    ),
    BRANCH: ("::error::first line", "", "oauth_servers:"),
}
LINES = {file: dict(enumerate(lines, 1)) for file, lines in _TEXTS.items()}


def _at(file: str, line: int, column: int, end_column: int, pointer: str = "") -> Location:
    return Location(file, line, column, line, end_column, pointer)


SERVER = "/oauth_servers/exact_online"
FINDINGS = (
    Finding(
        "OG201",
        '"require_pkc" is not a setting; did you mean "require_pkce"?',
        _at(APPLICATION, 5, 5, 14, f"{SERVER}/client_id"),
        hint="the default (true) stays in force without it",
        targets=("iam_application/insights-prod",),
        name="unknown-key",
    ),
    Finding(
        "OG301",
        "client_id equals the inherited value",
        _at(APPLICATION, 5, 16, 52, f"{SERVER}/client_id"),
        remedy="Remove the line.",
        fix=Remove(),
        fixable="safe",
        related=(
            Related("inherited from", _at(BRANCH, 12, 16, 52, f"{SERVER}/client_id")),
            Related("which overrides", _at(FEATURE, 3, 1, 5)),
        ),
        targets=tuple(f"runtime_configuration/INSIGHTS/MAIN/dev{number}" for number in range(7)),
        name="dead-override",
        severity=Severity.WARNING,
    ),
    Finding(
        "OG403",
        "a span of several lines",
        Location(APPLICATION, 6, 5, 8, 20, f"{SERVER}/user_login"),
        hint="to the end of its first line",
        name="several-lines",
        severity=Severity.NOTE,
    ),
    Finding("OG113", f"wide {WIDE}", _at(APPLICATION, 9, 25, 45), hint="below the value", name="wide"),
    Finding("OG106", "tabs", _at(APPLICATION, 10, 13, 34), hint="below the list", name="tabs"),
    Finding("OG402", "at the end of a long line", _at(APPLICATION, 11, 297, 302), hint="tail", name="long"),
    Finding("OG402", "all of a long line", _at(APPLICATION, 11, 21, 302), name="long"),
    Finding("OG402", "the X between wide characters", _at(APPLICATION, 12, 163, 164), hint="X", name="long-wide"),
    Finding("OG111", "escapes in the line", _at(APPLICATION, 13, 11, 15), hint="here", name="escapes"),
    Finding("OG115", "beyond the end of the file", _at(APPLICATION, 99, 1, 1), hint="no such line", name="beyond"),
    Finding("OG115", "beyond the end of the line", _at(BRANCH, 2, 40, 44), hint="no such column", name="beyond"),
    Finding("OG115", "an empty span", _at(BRANCH, 1, 1, 1), hint="one caret", name="empty"),
    Finding(
        "OG118",
        NASTY,
        _at(HOSTILE_FILE, 1, 1, 1, f"/{NASTY}"),
        hint=NASTY,
        remedy=f"{NASTY} {CREDENTIALS}",
        related=(Related(NASTY, _at(HOSTILE_FILE, 2, 3, 4)),),
        targets=(NASTY,),
        name=NASTY,
    ),
    Finding("OG119", "\udcff is not UTF-8", _at("configs/\udcff.yaml", 1, 1, 1), name="not-utf8"),
    Finding("OG435", "suppressed", _at(BRANCH, 1, 1, 3), name="quiet", suppressed=f"known, see {CREDENTIALS} {NASTY}"),
    Finding("OG436", "suppressed too", _at(BRANCH, 1, 1, 3), name="quiet", suppressed="known"),
)

VERDICTS = (
    Verdict(
        "iam_application/insights-prod",
        "graph",
        "client_credentials",
        Outcome.ACCEPTED,
        "token for 3599 s, scope as requested, revoked",
        _at(APPLICATION, 5, 5, 14, "/oauth_servers/graph/token_endpoint"),
        connector_status=0,
        milliseconds=120,
    ),
    Verdict(
        "iam_application/insights-prod",
        "exact_online",
        "authorization_code",
        Outcome.ACCEPTED_WITH_REMARKS,
        "credentials accepted, dummy code rejected",
        _at(APPLICATION, 5, 5, 14, f"{SERVER}/client_id"),
        milliseconds=0,
        sandbox=True,
    ),
    Verdict(
        "iam_application/insights-acc",
        "crm",
        "client_credentials",
        Outcome.REJECTED,
        "the server refuses the client",
        _at(BRANCH, 3, 1, 4),
        error="invalid_client",
        connector_status=-1,
        milliseconds=88,
    ),
    Verdict(
        "runtime_configuration/INSIGHTS/MAIN/dev",
        "crm",
        "client_credentials",
        Outcome.UNREACHABLE,
        "connection refused",
        _at(BRANCH, 3, 1, 4),
        connector_status=-1,
    ),
    Verdict(
        NASTY, NASTY, NASTY, Outcome.INCONCLUSIVE, f"{NASTY} {CREDENTIALS}", _at(HOSTILE_FILE, 1, 1, 1), error=NASTY
    ),
    Verdict(
        "runtime_configuration/INSIGHTS/MAIN/dev",
        "hub",
        "client_credentials",
        Outcome.NOT_RUN,
        "host crm-dev.example.com is not in trusted_hosts",
        _at(BRANCH, 3, 1, 4),
    ),
)


def _setting(path: str, *history: Origin) -> Setting:
    return Setting(f"/oauth_servers/{path}", history[0].value, history[0], history[1:])


def settings(
    target: str,
    kind: Kind,
    data: Mapping[str, Any],
    found: tuple[Setting, ...],
    chain: tuple[LayerReference, ...],
    **more: Any,
) -> Settings:
    """Return effective settings of INSIGHTS, with the parts that reporters read."""
    servers: dict[str, Any] = {}
    for setting in found:
        holder: dict[str, Any] = servers
        *path, last = setting.pointer.split("/")[2:]
        for token in path:
            holder = holder.setdefault(token, {})
        holder[last] = setting.value
    everything = {
        **{
            f"/{key}": Setting(f"/{key}", value, Origin(target, value, _at(APPLICATION, 2, 1, 9)))
            for key, value in data.items()
        },
        **{setting.pointer: setting for setting in found},
    }
    return Settings(
        target=target,
        kind=kind,
        model="INSIGHTS",
        branch=more.pop("branch", "FEATURE_TAX"),
        environment=data.get("environment"),
        place=Location(chain[-1].file),
        data={**data, "oauth_servers": servers},
        settings=everything,
        definitions={},
        resets=more.pop("resets", {}),
        chain=chain,
        providers=more.pop("providers", {}),
        policy={},
    )


PROD = "iam_application/insights-prod"
MAIN = "branch/INSIGHTS/MAIN"
TAX = "branch/INSIGHTS/FEATURE_TAX"
CHAIN = (
    LayerReference(MAIN, BRANCH),
    LayerReference(TAX, FEATURE),
    LayerReference(PROD, APPLICATION),
)
URL = "https://start.exactonline.nl/api/oauth2"

PRODUCTION = settings(
    PROD,
    Kind.IAM_APPLICATION,
    {"environment": "production", "redirect_uri": "https://insights.example.com/indicium/oauth-callback"},
    (
        _setting("exact_online/provider", Origin(MAIN, "exact_online", _at(BRANCH, 9, 15, 27))),
        _setting("exact_online/token_endpoint", Origin("provider/exact_online", f"{URL}/token")),
        _setting(
            "exact_online/client_id",
            Origin(PROD, "0d6e1f0f-3a11", _at(APPLICATION, 10, 16, 52)),
            Origin(TAX, "5f3c7a52-6c0e", _at(FEATURE, 7, 16, 52)),
            Origin(MAIN, "5f3c7a52-6c0e", _at(BRANCH, 12, 16, 52)),
        ),
        _setting(
            "exact_online/client_secret",
            Origin(
                PROD,
                SecretReference("encrypted", SECRETS, f"{SERVER}/client_secret", pinned=True),
                _at(SECRETS, 4, 20, 90, f"{SERVER}/client_secret"),
            ),
            Origin(
                PROD,
                SecretReference("from_env", APPLICATION, f"{SERVER}/client_secret", name="EXACT_SECRET"),
                _at(APPLICATION, 11, 20, 40),
            ),
            Origin(MAIN, SecretReference("plain", BRANCH, f"{SERVER}/client_secret"), _at(BRANCH, 13, 20, 40)),
        ),
        _setting("exact_online/client_secret_expires_on", Origin(PROD, "2027-06-30", _at(APPLICATION, 12, 31, 41))),
        _setting("exact_online/token_endpoint_auth_method", Origin("default", "client_secret_post")),
        _setting("exact_online/require_pkce", Origin("default", True)),  # noqa: FBT003 - a setting's value
        _setting(
            "exact_online/grant_types", Origin(MAIN, ["authorization_code", "refresh_token"], _at(BRANCH, 15, 1, 2))
        ),
        _setting(
            "exact_online/scopes",
            Origin(PROD, [], _at(APPLICATION, 14, 13, 15)),
            Origin("default", []),
        ),
        _setting(
            "exact_online/user_login/prompt",
            Origin(TAX, "login", _at(FEATURE, 17, 15, 20)),
            Origin(MAIN, "consent", _at(BRANCH, 17, 15, 22)),
        ),
        _setting("exact_online/user_login/request_refresh_token", Origin("default", False)),  # noqa: FBT003 - as above
        _setting("on/client_id", Origin(PROD, NASTY, _at(APPLICATION, 20, 1, 2))),
        _setting("on/token_endpoint", Origin(PROD, CREDENTIALS, _at(APPLICATION, 21, 1, 2))),
        _setting(
            "on/client_secret", Origin(PROD, SecretReference("inline", APPLICATION, ""), _at(APPLICATION, 22, 1, 2))
        ),
        _setting(
            "on/scopes",
            Origin(MAIN, ["api.read", "##vso[task.complete]", "it's ###[x] $(id) `id`"], _at(BRANCH, 23, 1, 2)),
        ),
        _setting("on/issuer", Origin(PROD, "https://login.example.com/" + "a" * 120, _at(APPLICATION, 24, 1, 2))),
    ),
    CHAIN,
    resets={
        f"{SERVER}/require_pkce": (
            Origin(PROD, None, _at(APPLICATION, 13, 19, 23)),
            Origin(MAIN, False, _at(BRANCH, 14, 19, 24)),  # noqa: FBT003 - a setting's value
        ),
        f"{SERVER}/issuer": (
            Origin(PROD, None, _at(APPLICATION, 25, 13, 17)),
            Origin(TAX, None, _at(FEATURE, 25, 13, 17)),
            Origin(MAIN, "https://start.exactonline.nl", _at(BRANCH, 25, 13, 41)),
        ),
        f"{SERVER}/revocation_endpoint": (Origin(PROD, None, _at(APPLICATION, 26, 13, 17)),),
    },
    providers={"exact_online": {"title": "Exact Online"}},
)

DEV = "runtime_configuration/INSIGHTS/MAIN/insights-prod"
DEV_FILE = "configs/runtime_configurations/INSIGHTS/MAIN/insights-prod.yaml"
DEVELOPMENT = settings(
    DEV,
    Kind.RUNTIME_CONFIGURATION,
    {"environment": "development"},
    (
        _setting("exact_online/client_id", Origin(DEV, WIDE, _at(DEV_FILE, 4, 1, 2))),
        _setting(
            "exact_online/client_secret",
            Origin(DEV, SecretReference("from_env", DEV_FILE, "", name="EXACT_SECRET"), _at(DEV_FILE, 5, 1, 2)),
        ),
        _setting("exact_online/token_endpoint_auth_method", Origin(MAIN, "client_secret_basic", _at(BRANCH, 6, 1, 2))),
        _setting("crm/client_id", Origin(MAIN, "", _at(BRANCH, 33, 1, 2))),
        _setting("crm/client_secret", Origin(MAIN, SecretReference("plain", BRANCH, ""), _at(BRANCH, 34, 1, 2))),
        _setting("hub/client_secret", Origin(MAIN, SecretReference("encrypted", SECRETS, ""), _at(SECRETS, 8, 1, 2))),
    ),
    (*CHAIN[:1], LayerReference(DEV, DEV_FILE)),
    branch="MAIN",
)
BARE = settings(MAIN, Kind.BRANCH, {}, (), CHAIN[:1], branch="MAIN")

SUMMARY = Summary(layers=14, targets=1, servers=27, seconds=0.0841)
EMPTY = Report((), Summary(1, 10, 0, 0.0))
VALIDATE = Report(FINDINGS, SUMMARY, LINES)
SMOKE = Report(FINDINGS[:1], SUMMARY, LINES, verdicts=VERDICTS, conditions=(f"the proxy {CREDENTIALS}", NASTY))
EFFECTIVE = Report((), SUMMARY, targets=(PRODUCTION, DEVELOPMENT, BARE))
EXPLAIN = Report(
    (),
    SUMMARY,
    explanations=(
        Explanation(PRODUCTION, "exact_online", "client_id"),
        Explanation(PRODUCTION, "exact_online", "user_login.prompt"),
        Explanation(PRODUCTION, "exact_online", "introspection_endpoint"),
        Explanation(PRODUCTION, "on"),
        Explanation(DEVELOPMENT, "exact_online"),
    ),
)
EXPLAIN_ALL = Report((), SUMMARY, explanations=(Explanation(PRODUCTION, "exact_online"),))
STATUS = SecretStatus(
    PRODUCTION.target,
    "exact_online",
    "encrypted",
    pinned=True,
    file=SECRETS,
    variable="",
    recipients=(SopsRecipient("age", "age1t775d6n6f240u8qkcuk3qknnt4zesl4", enc=True, pointer="/sops/age/0"),),
    age_days=1,
    expires_on="2027-06-30",
    days_left=218,
    environment="production",
)
STATES = (
    STATUS,
    STATUS._replace(
        server=NASTY, file=NASTY, environment=NASTY, recipients=(SopsRecipient(NASTY, NASTY, enc=False, pointer=""),)
    ),
    STATUS._replace(
        server="crm", state="from_env", variable=NASTY, recipients=(), age_days=None, expires_on=NASTY, days_left=None
    ),
    STATUS._replace(server="hub", state="missing", pinned=False, file="", recipients=(), age_days=None, days_left=-1),
    STATUS._replace(server="sign", expires_on=None, days_left=None, environment=None),
)

REQUESTS = (
    PlannedRequest(
        "token, as this client",
        "POST",
        f"https://login.example.com/token?{NASTY}",
        {"Authorization": "Basic ***"},
        {"grant_type": "client_credentials", "scope": NASTY, NASTY: "::error::x"},
        (CredentialUser("iam_application/insights-prod", "graph"), CredentialUser(NASTY, NASTY)),
        further=1,
    ),
    PlannedRequest(
        "authorization request, without a user", "GET", CREDENTIALS, {}, None, (CredentialUser("a", "b"),), further=4
    ),
    PlannedRequest("metadata of the issuer", "GET", "https://login.example.com/.well-known/x", {}, None, ()),
)

_MOVED = Cause("branch/INSIGHTS/MAIN", "crm", "token_endpoint", None, None, _at(BRANCH, 3, 1, 4, "/oauth_servers/crm"))
SECRET = SecretReference("encrypted", SECRETS, f"{SERVER}/client_secret", pinned=True)
_CRM = {"token_endpoint": CREDENTIALS, "client_id": NASTY, "grant_types": ["client_credentials"], "scopes": [NASTY]}
DIFFERENCES = Differences(
    base=f"origin/main {NASTY}",
    head="the working tree",
    targets=(
        TargetDifference(
            "iam_application/insights-prod",
            Status.CHANGED,
            Kind.IAM_APPLICATION,
            "production",
            production=True,
            changes=(
                Change("crm", "token_endpoint", CREDENTIALS, NASTY, Risk.HOST, _MOVED, Note(NASTY, NASTY)),
                Change(
                    "crm",
                    "client_secret",
                    SecretState(SECRET, "a1b2c3d4"),
                    SecretState(SECRET, "c3d4e5f6"),
                    Risk.SECRET,
                ),
                Change("crm", "scopes", ["api.read"], ["api.read", "api.write"], Risk.SCOPE, _MOVED),
                Change("crm", "require_pkce", None, False, Risk.PKCE),  # noqa: FBT003 - a value
                Change("", "redirect_uri", "https://a.example/oauth-callback", None, Risk.REDIRECT),
            ),
        ),
        TargetDifference(
            "iam_application/insights-acc",
            Status.RENAMED,
            Kind.IAM_APPLICATION,
            "acceptance",
            was=f"iam_application/{NASTY}",
            changes=(Change(NASTY, NASTY, NASTY, {NASTY: NASTY}),),
        ),
        TargetDifference(
            f"iam_application/{NASTY}",
            Status.ADDED,
            Kind.IAM_APPLICATION,
            "test",
            changes=(Change("crm", "", None, _CRM | {"client_secret": SecretState(SECRET, "a1b2c3d4")}, Risk.SERVER),),
        ),
        TargetDifference(
            "runtime_configuration/INSIGHTS/MAIN/dev",
            Status.REMOVED,
            Kind.RUNTIME_CONFIGURATION,
            "development",
            changes=(Change("crm", "", _CRM, None, Risk.REMOVED),),
        ),
        TargetDifference(
            "runtime_configuration/INSIGHTS/MAIN/broken",
            Status.INCOMPARABLE,
            Kind.RUNTIME_CONFIGURATION,
            None,
            reason=f"its settings have errors {NASTY}",
        ),
        TargetDifference(
            "branch/INSIGHTS/MAIN",
            Status.CHANGED,
            Kind.BRANCH,
            None,
            changes=(Change("crm", "token_endpoint", None, NASTY, Risk.HOST, _MOVED),),
        ),
    ),
    reaches=(
        Reach(_MOVED, ("iam_application/insights-prod", NASTY), (Hidden(NASTY, _at(HOSTILE_FILE, 2, 3, 4)),)),
        Reach(_MOVED._replace(setting=NASTY, location=None), (), (Hidden("iam_application/insights-test", None),)),
    ),
    policy=(
        PolicyChange("trusted_hosts", [], [NASTY, CREDENTIALS], loosened=True, location=_at(BRANCH, 1, 1, 3)),
        PolicyChange("rules.OG301", {"production": "error"}, "off", loosened=True, location=None),
        PolicyChange("smoke.timeout", 15, 20, loosened=False, location=None),
    ),
)
DIFF = Report((), SUMMARY, differences=DIFFERENCES)

PAGE = Report(
    FINDINGS,
    SUMMARY,
    LINES,
    verdicts=(*VERDICTS, VERDICTS[0]._replace(stamp=Stamp("c" * 40, "0.1.0", "2026-11-28T04:23:00Z", "0" * 64))),
    conditions=(NASTY,),
    differences=DIFFERENCES,
    page=Page(
        targets=EFFECTIVE.targets or (),
        secrets=STATES,
        blocked={f"iam_application/{NASTY}": NASTY},
        source=Source(NASTY, "c" * 40, NASTY, is_changed=True),
        today="2026-11-24",
        window=300,
        digests={(PROD, "graph"): "1" * 64},
        authors={(BRANCH, 0): Author(NASTY, NASTY)},
        limits=(NASTY,),
    ),
)
"""Everything that a page can show."""

_DRIFTED = DriftItem(
    "iam_application/insights-prod",
    Kind.IAM_APPLICATION,
    "production",
    "crm",
    "client_id",
    DriftState.DIFFERS,
    NASTY,
    "=cmd|' /C calc'!A0",
    _at(APPLICATION, 5, 16, 52, f"{SERVER}/client_id"),
    "iam_application/insights-prod",
    _at("export.csv", 4, 7, 7),
)
_MISSING = _DRIFTED._replace(setting="", state=DriftState.ONLY_IN_GIT, git=_CRM | {"client_secret": SECRET}, cell=None)
DRIFT = Report(
    (),
    SUMMARY,
    drift=Drift(
        (TableFile(HOSTILE_FILE, "2026-11-29 14:05 UTC"), TableFile("-")),
        (
            _DRIFTED,
            _DRIFTED._replace(setting="token_endpoint", git=CREDENTIALS, platform=NASTY, layer="provider/crm"),
            _DRIFTED._replace(setting="require_pkce", git=True, platform=False, layer="default"),
            _DRIFTED._replace(
                setting="scopes", git=["api.read", "+1"], platform=("@SUM(1)",), follows=f"branch/{NASTY}"
            ),
            _DRIFTED._replace(setting="client_secret", git=SECRET, platform=HiddenSecret()),
            _DRIFTED._replace(server=NASTY, setting="", state=DriftState.ONLY_ON_PLATFORM, git=None, platform=None),
            _DRIFTED._replace(server="", setting="redirect_uri", platform="-2+3", git=None, location=None),
            _DRIFTED._replace(server="", setting="branch", platform=NASTY, git="MAIN"),
            _MISSING._replace(server="hub", own=frozenset({"client_id"}), follows="branch/INSIGHTS/MAIN"),
            _MISSING._replace(target=f"iam_application/{NASTY}", server="", git=None, servers=(_MISSING,)),
            _DRIFTED._replace(
                target=NASTY,
                environment=None,
                server="",
                setting="",
                state=DriftState.ONLY_ON_PLATFORM,
                git=None,
                platform=None,
                location=None,
            ),
        ),
        (
            NotCompared(NASTY, 1200, (NASTY, "scopes", "a", "b", "c", "d")),
            NotCompared("the tables are partial", 1, targets=(NASTY,)),
        ),
        equal=87,
        findings=(
            Finding("OG851", f"{NASTY} {CREDENTIALS}", _at(APPLICATION, 5, 16, 52), remedy=NASTY, targets=(NASTY,)),
        ),
    ),
)

MANY = tuple(
    Finding(
        "OG301",
        f"client_id equals the inherited value {number}",
        _at(f"configs/iam_applications/application{number}.yaml", 5, 16, 52, f"{SERVER}/client_id"),
        hint=WIDE,
        remedy="Remove the line.",
        targets=(f"iam_application/application{number}",),
        name="dead-override",
        severity=Severity(number % 3 + 1),
    )
    for number in range(6_000)
)
"""More findings than most sinks accept, unsorted, in all three severities."""

REPORTS = {
    "diff": DIFF,
    "drift": DRIFT,
    "secrets": Report((), SUMMARY, secrets=STATES),
    "requests": Report((), SUMMARY, requests=REQUESTS),
    "empty": EMPTY,
    "validate": VALIDATE,
    "smoke": SMOKE,
    "effective": EFFECTIVE,
    "explain": EXPLAIN,
    "explain-all": EXPLAIN_ALL,
}
