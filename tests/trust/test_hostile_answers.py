"""For any answer of a server, the run ends with a verdict for every target, and affects no other target."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from oauthgit.decrypt import from_environment, secret_checks
from oauthgit.model.formats.strict_json import read_json
from oauthgit.model.location import Location
from oauthgit.model.settings import SecretReference
from oauthgit.model.verdict import Outcome
from oauthgit.pipeline.operations.read_report import part_of
from oauthgit.probe import RunResult, make_plan, permissions, report, run
from oauthgit.probe.judge import metadata
from oauthgit.probe.requests import request_metadata, request_revocation
from oauthgit.probe.runner import revocation, session, verdicts
from support.cli import FORMATS, Program
from support.run_smoke import LOOPBACK, pins_of, server, settings, vault
from support.scripted_server import TOKEN, Fake, fake, reply
from support.server_behaviours import Heard, deciding, strict
from support.sops import KEY, encrypted

LONE = '"\\ud800"'
HUGE = "9" * 60_000


def raw(head: str | bytes, body: bytes = b"{}") -> bytes:
    """Return an answer with the given head, valid HTTP or not."""
    return (head.encode("latin-1") if isinstance(head, str) else head) + b"\r\n\r\n" + body


def jwt(claims: str) -> str:
    """Return a token with any text as claims."""
    parts = ("{}", claims, "x")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def with_token(**fields: Any) -> bytes:
    return reply(200, {**TOKEN, **fields})


def token_text(**fields: str) -> bytes:
    """Return an answer with a token, in which fields are the given JSON."""
    members = {name: json.dumps(value) for name, value in TOKEN.items()} | fields
    return reply(200, "{" + ",".join(f'"{name}": {value}' for name, value in members.items()) + "}")


BODIES: dict[str, bytes] = {
    **{
        f"{name} is {value[:12]}": token_text(**{name: value})
        for name in (*TOKEN, "error", "extra")
        for value in (
            LONE,
            '"\\udfff\\ud800"',
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            HUGE,
            f"-{HUGE}",
            "1e308",
            '"\\u0000"',
            "[[[]]]",
            "[" * 900 + "]" * 900,
            '{"a": {"code": {"code": 1}}}',
            "true",
            "null",
            '"\\r\\nX: y"',
            '"\u2028\u202e\u00e9\U0001f600"',
            '["' + "x" * 9000 + '"]',
            "-1",
            "0.000000001",
            '"' + "9" * 30 + '"',
        )
    },
    "surrogate as a key": reply(200, '{"access_token": "a", "\\ud800": 1}'),
    "surrogate in bytes": reply(200, b'{"access_token": "\xed\xa0\x80", "token_type": "Bearer"}'),
    "error with a surrogate": reply(400, '{"error": "\\ud800"}'),
    "nested error with a surrogate": reply(400, '{"error": {"code": "\\ud800"}}'),
    "a name twice": reply(200, '{"access_token": "a", "access_token": "b"}'),
    "not UTF-8": reply(200, b'{"access_token": "\xff\xfe"}'),
    "UTF-16": reply(200, '{"access_token": "a"}'.encode("utf-16")),
    "a byte order mark": reply(200, b"\xef\xbb\xbf" + json.dumps(TOKEN).encode()),
    "deep lists": reply(200, "[" * 60_000),
    "deep error": reply(400, '{"error": ' + "[" * 50 + "]" * 50 + "}"),
    "form with broken escapes": reply(400, "error=%ED%A0%80&error=%zz&%00=%00", "application/x-www-form-urlencoded"),
    **{
        f"JWT with {claims[:20]}": with_token(access_token=jwt(claims), scope=None)
        for claims in (
            '{"scope": "\\ud800"}',
            '{"scope": [["api.read"]]}',
            '{"scp": {"a": 1}}',
            "[" * 5000,
            '{"scope": 7}',
            "NaN",
            "\x00",
        )
    },
    "JWT that is no base64": with_token(access_token="\u00e9.\u00e9.\u00e9", scope=None),
    "token with a line break": with_token(access_token="a\r\nX: y"),
    "token with NUL": with_token(access_token="\x00"),
    "token outside of ASCII": with_token(access_token="\u00e9\u2028\U0001f600"),
    "very long token": with_token(access_token="x" * 60_000),
    "status 199": raw("HTTP/1.1 199 x\r\nContent-Length: 2"),
    "status 999": raw("HTTP/1.1 999 x\r\nContent-Length: 2"),
    "status 000": raw("HTTP/1.1 000 x\r\nContent-Length: 2"),
    "status 20": raw("HTTP/1.1 20 x\r\nContent-Length: 2"),
    "status 1234": raw("HTTP/1.1 1234 x\r\nContent-Length: 2"),
    "HTTP/9.9": raw("HTTP/9.9 200 x\r\nContent-Length: 2"),
    "content length lies upwards": raw("HTTP/1.1 200 x\r\nContent-Length: 9999"),
    "content length lies downwards": raw("HTTP/1.1 200 x\r\nContent-Length: 1"),
    "two content lengths": raw("HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 2"),
    "negative content length": raw("HTTP/1.1 200 x\r\nContent-Length: -2"),
    "huge content length": raw(f"HTTP/1.1 200 x\r\nContent-Length: {HUGE[:5000]}"),
    "huge chunk": raw("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked", b"f" * 20 + b"\r\n{}"),
    "broken chunk": raw("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked", b"zz\r\n{}"),
    "other encoding": raw("HTTP/1.1 200 x\r\nTransfer-Encoding: \xff\r\nContent-Length: 2"),
    "NUL in a header": raw(b"HTTP/1.1 200 x\r\nX-A: \x00\r\nContent-Length: 2"),
    "header outside of Latin": raw("HTTP/1.1 200 x\r\nX-\xe9: \xe9\r\nContent-Length: 2"),
    "content type of odd bytes": raw(b"HTTP/1.1 200 x\r\nContent-Type: \xff\xfe;\xed\xa0\x80\r\nContent-Length: 2"),
    "folded header": raw("HTTP/1.1 200 x\r\nX-A: a\r\n b\r\nContent-Length: 2"),
    "reason of odd bytes": raw(b"HTTP/1.1 401 \xff\x00\xed\xa0\x80\r\nContent-Length: 2"),
    "authenticate with odd bytes": raw(b"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic \xff\r\nContent-Length: 2"),
    "retry after a huge time": raw(f"HTTP/1.1 429 x\r\nRetry-After: {HUGE[:4000]}\r\nContent-Length: 2"),
    "retry after no ASCII digits": raw("HTTP/1.1 503 x\r\nRetry-After: \xb2\r\nContent-Length: 2"),
    **{
        f"location {place[:20]!r}": raw(b"HTTP/1.1 302 x\r\nLocation: " + place + b"\r\nContent-Length: 2")
        for place in (
            b"\xff\xfe",
            b"http://[",
            b"http://localhost:99999999/oauth-callback?error=x",
            b"//[::1",
            b"http://\xe9/?error=\xff",
            b"http://localhost/oauth-callback?error=%ED%A0%80",
            b"http://localhost/oauth-callback#error=%00",
            b"http://localhost:port/oauth-callback",
            b"?error=invalid_client",
            b"x" * 9000,
        )
    },
    "nothing": b"",
    "one byte": b"\xff",
    "only line breaks": b"\r\n" * 2000,
}


def smoked(names: Sequence[str], control: int) -> RunResult:
    """Run a service and a login at a hostile server for each answer, with an issuer there, and a healthy server."""
    with ExitStack() as stack:
        healthy = stack.enter_context(fake(deciding(strict)))
        targets = [settings(server(healthy.url), target="good")]
        for name in names:
            hostile = stack.enter_context(fake(BODIES[name])).url
            base = hostile.removesuffix("/token")
            own = {"issuer": base, "revocation_endpoint": f"{base}/r", "introspection_endpoint": f"{base}/i"}
            login = {"grant_types": ["authorization_code"], "authorization_endpoint": f"{base}/authorize"}
            both = server(hostile, **own), server(hostile, client_id="other", **own, **login)
            targets.append(settings(*both, target=name))
        pins = pins_of(*(dict(each) for target in targets for each in target.servers.values()))
        limits = LOOPBACK._replace(timeout=2, control=control)
        return run(make_plan(targets, vault(*pins), {}), targets, limits, listen=lambda _: None)


GROUPS = [
    (control, names[start : start + 40])
    for control, names in ((4, [*BODIES]), (0, [*BODIES][::2]))
    for start in range(0, len(names), 40)
]
"""All answers with control, which gets the most of them; without it, every second one."""


@pytest.mark.parametrize(("control", "names"), GROUPS, ids=map(str, count()))
def test_hostile_answer_changes_no_other_verdict(control: int, names: list[str]) -> None:
    proved = smoked(names, control)
    outcomes = {(verdict.target, verdict.server): verdict.outcome for verdict in proved.verdicts}
    assert outcomes.keys() == {("good", "crm"), *((name, f"crm{number}") for name in names for number in ("", 1))}
    assert outcomes["good", "crm"] is Outcome.ACCEPTED
    findings = (*report(proved.verdicts), *proved.findings)
    json.dumps([finding.message for finding in findings], ensure_ascii=False).encode()
    assert [finding.message for finding in findings if finding.code == "OG002"] == []
    assert all(len(finding.message) < 1000 for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        LONE, f"[{LONE}]", '{"\\uDC00": 1}', '{"a": ["b", {"c": "\\ud83d"}]}', "NaN", "[Infinity]", "-Infinity", "1e999", HUGE,
        "[" * 65 + "]" * 65, "[" * 60_000, '{"a": 1, "a": 1}', "", "{", "\ud800", '"\ud800"',
    ],
)  # fmt: skip
def test_harmful_json_is_refused(text: str) -> None:
    for content in (text, text.encode("utf-8", "surrogatepass")):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - only the type is known
            read_json(content)
        assert "\ud800" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ['"\\ud83d\\ude00"', '"\\\\ud800"', "[" * 64 + "]" * 64, "1e308", "9" * 100, '{"a": [1.5, null]}']
)
def test_harmless_json_is_parsed(text: str) -> None:
    assert read_json(text) == read_json(text.encode()) == json.loads(text)


PARTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "a message": lambda part: part["findings"][0].update(message="\ud800"),
    "a target": lambda part: part["findings"][0].update(targets=["\udfff"]),
    "a condition": lambda part: part.update(conditions=["\ud800"]),
}


@pytest.mark.parametrize("where", PARTS)
def test_report_with_surrogates_is_not_merged(where: str, sample: Path, program: Program) -> None:
    (sample / "configs/branches/INSIGHTS/MAIN.yaml").write_text("kind: branch\n")
    part = json.loads(program("validate", "--format", "json").out)
    PARTS[where](part)
    (sample / "part.json").write_text(json.dumps(part))
    result = program("report", "--merge", "part.json")
    assert (result.code, "surrogate" in result.err) == (2, True)
    with pytest.raises(ValueError, match="surrogate"):
        part_of((sample / "part.json").read_bytes())


SECRET = "a-secret-of-thirty-characters-x"


class BrokenError(RuntimeError):
    """An injected exception; its text holds a secret, which must not be shown."""

    def __init__(self) -> None:
        super().__init__(SECRET)


def breaking_for(client: str, function: Callable[..., Any], position: int) -> Callable[..., Any]:
    """Return ``function``, raising an exception if the argument at ``position`` is of one client."""

    def call(*arguments: Any, **more: Any) -> Any:
        found = arguments[position]
        if isinstance(found, list):  # of exchanges
            found = found[0].sent if found else None
        if getattr(found, "client_id", None) == client:
            raise BrokenError
        return function(*arguments, **more)

    return call


FAULTS: dict[str, tuple[Any, str, int]] = {
    "the judge": (session, "classify", 1),
    "the ladder": (session, "next_step", 1),
    "the judge of logins": (session, "judge_login", 0),
    "the ladder of logins": (session, "next_login_step", 0),
    "a request": (session, "variant_of", 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_exception_for_one_credential_is_its_verdict(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, position = FAULTS[fault]
    monkeypatch.setattr(room, name, breaking_for("broken", getattr(room, name), position))
    login = {"grant_types": ["client_credentials", "authorization_code"]}
    with fake(deciding(_all_of_it)) as served:
        base = served.url.removesuffix("/token")
        own = {"authorization_endpoint": f"{base}/authorize", "revocation_endpoint": f"{base}/revoke", **login}
        asked = [server(served.url, client_id=client, **own) for client in ("broken", "whole")]
        target = settings(*asked)
        planned = make_plan([target], vault(*pins_of(*asked), secret=SECRET), {})
        proved = run(planned, [target], LOOPBACK, listen=lambda _: None)
        heard = [request.split(b" ")[1].partition(b"?")[0] for request in served.requests]
    reported = {(verdict.server, verdict.grant): verdict for verdict in proved.verdicts}
    assert len(reported) == 4
    assert {each.outcome for (name, _), each in reported.items() if name == "crm1"} == {Outcome.ACCEPTED}
    broken = [each for each in reported.values() if each.code == "OG002"]
    assert broken
    for verdict in broken:
        assert verdict.server == "crm"
        assert verdict.outcome is Outcome.INCONCLUSIVE
        assert "a bug in oauthgit (BrokenError at probe/runner/session.py:" in verdict.reason
    assert SECRET not in repr((proved, report(proved.verdicts)))
    if fault == "the judge":
        assert "the obtained token was revoked" in reported["crm", "client_credentials"].reason
        assert heard.count(b"/revoke") == 2


def _all_of_it(heard: Heard) -> bytes:
    """Answer like a server that knows both clients."""
    if heard.path == "/authorize":
        known = heard.query.get("redirect_uri") == "http://localhost/oauth-callback"
        back = reply(302, "", Location="http://localhost/oauth-callback?error=login_required")
        return back if known else reply(400, "")
    if heard.path == "/revoke":
        return reply(200, "")
    if heard.client not in {"broken", "whole"}:
        return reply(401, {"error": "invalid_client"})
    if heard.form.get("grant_type") == "client_credentials":
        return reply(200, TOKEN)
    return reply(400, {"error": "invalid_grant"})


def two_targets(served: Fake, **changes: Any) -> list[Any]:
    return [
        settings(server(served.url, client_id=name, **changes), target=f"iam_application/{name}")
        for name in ("broken", "whole")
    ]


def test_exception_in_one_revocation_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "request_revocation", breaking_for("broken", request_revocation, 1))
    with fake(deciding(_all_of_it)) as served:
        targets = two_targets(served, revocation_endpoint=served.url.replace("/token", "/revoke"))
        planned = make_plan(targets, vault(*pins_of(*map(dict, targets[0].servers.values())), secret=SECRET), {})
        broken, whole = run(planned, targets, LOOPBACK, listen=lambda _: None).verdicts
    assert "not revoked (a bug in oauthgit (BrokenError at probe/runner/revocation.py:" in broken.reason
    assert (broken.outcome, broken.code) == (Outcome.ACCEPTED_WITH_REMARKS, "OG002")
    assert whole.reason.endswith(", revoked")


def test_exception_in_one_plan_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(settings: Any, *arguments: Any) -> Any:
        if settings.target.endswith("broken"):
            raise BrokenError
        return permit(settings, *arguments)

    permit = permissions.permit_endpoint
    monkeypatch.setattr("oauthgit.probe.plan.permit_endpoint", breaks)
    with fake(deciding(_all_of_it)) as served:
        targets = two_targets(served)
        planned = make_plan(targets, vault(served.url, secret=SECRET), {})
        (whole,) = run(planned, targets, LOOPBACK, listen=lambda _: None).verdicts
    (broken,) = planned.refused
    assert (broken.target, broken.outcome, broken.code) == ("iam_application/broken", Outcome.NOT_RUN, "OG002")
    assert whole.outcome is Outcome.ACCEPTED
    assert SECRET not in repr(broken)


@pytest.mark.parametrize("where", ["compare", "discovery"])
def test_exception_for_one_issuer_keeps_the_others(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare = metadata.compare

    def breaks(document: Any, configured: Any) -> Any:
        if configured["client_id"] == "broken":
            raise BrokenError
        return compare(document, configured)

    def asks(issuer: str) -> Any:
        if issuer.endswith("/broken"):
            raise BrokenError
        return request_metadata(issuer)

    if where == "compare":
        monkeypatch.setattr(verdicts, "compare", breaks)
    else:
        monkeypatch.setattr(session, "request_metadata", asks)
    with fake(reply(200, {**TOKEN, "issuer": "https://other.example.com"})) as served:
        base = served.url.removesuffix("/token")
        targets = [
            settings(server(served.url, client_id=name, issuer=f"{base}/{name}"), target=f"iam_application/{name}")
            for name in ("broken", "whole")
        ]
        planned = make_plan(targets, vault(served.url), {})
        proved = run(planned, targets, LOOPBACK, listen=lambda _: None)
    reported = {finding.targets: finding for finding in proved.findings}
    assert reported[("iam_application/broken",)].code == "OG002"
    assert "a bug in oauthgit (BrokenError at probe/r" in reported[("iam_application/broken",)].message
    assert reported["iam_application/whole",].code == "OG917"
    assert SECRET not in repr(proved)


def test_exception_in_one_secret_check_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    original = vars(secret_checks)["_check_one"]

    def breaks(text: str, settings: Any, *arguments: Any) -> Any:
        if settings.target.endswith("broken"):
            raise BrokenError
        return original(text, settings, *arguments)

    monkeypatch.setattr(secret_checks, "_check_one", breaks)
    references = {
        name: SecretReference("encrypted", f"{name}.secrets.yaml", "/oauth_servers/crm/client_secret")
        for name in ("broken", "whole")
    }
    targets = [
        settings(server("https://crm.example.com/t", client_secret=reference), target=f"iam_application/{name}")
        for name, reference in references.items()
    ]
    entries = {
        (reference.file, reference.pointer): next(
            iter(vault("https://crm.example.com/t", secret="short").entries.values())
        )
        for reference in references.values()
    }
    found = secret_checks.check_secrets(targets, vault()._replace(entries=entries))
    assert [finding.code for finding in found] == ["OG002", "OG502"]


def test_variable_of_invalid_utf8_is_a_finding() -> None:
    reference = SecretReference("from_env", "a.yaml", "/oauth_servers/crm/client_secret", "CRM_SECRET")
    policy = {"env_secrets": {"CRM_SECRET": "https://crm.example.com/t"}}
    opened, (finding,) = from_environment(
        [reference], policy, {"CRM_SECRET": "\udcff" * 20}, locate=lambda file, _: Location(file)
    )
    assert (dict(opened.entries), finding.code) == ({}, "OG516")
    assert "is not UTF-8" in finding.message


@pytest.fixture
def hostile_project(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Write a project with a target for each of a few hostile answers and a healthy one, and return the targets."""
    del program  # it deletes the caller's keys, so it has to come first
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    names = ["error is " + LONE, "access_token is " + LONE, "scope is [[[]]]", "expires_in is 1e308"]
    with ExitStack() as stack:
        urls = [
            stack.enter_context(fake(answer)).url for answer in (*map(BODIES.get, names), reply(200, TOKEN)) if answer
        ]
        common = {"grant_types": ["client_credentials"], "scopes": ["api.read"]}
        servers = {
            f"server{number}": {"token_endpoint": url, "client_id": f"client{number}", **common}
            for number, url in enumerate(urls)
        }
        secrets = {
            name: {"client_secret": f"{name}-{SECRET}", "send_only_to": each["token_endpoint"]}
            for name, each in servers.items()
        }
        hosts = [url.split("/")[2] for url in urls]
        policy = {"kind": "policy", "trusted_hosts": hosts, "networks": ["127.0.0.0/8"], "http_hosts": ["127.0.0.1"]}
        layer = {"model": "CRM", "branch": "MAIN"}
        files: dict[str, Any] = {
            "configs/oauthgit.yaml": policy,
            "configs/branches/CRM/MAIN.yaml": {"kind": "branch", **layer, "oauth_servers": servers},
            "configs/iam_applications/app.yaml": {
                "kind": "iam_application",
                "application": "app",
                **layer,
                "environment": "test",
            },
        }
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(json.dumps(content))
        document = {"kind": "secrets", "for": "branch/CRM/MAIN", "oauth_servers": secrets}
        secrets_file = encrypted(json.dumps(document), "demo")
        (tmp_path / "configs/branches/CRM/MAIN.secrets.yaml").write_bytes(secrets_file)
        yield list(servers)


def test_command_reports_every_server_in_every_format(hostile_project: list[str], program: Program) -> None:
    outputs = [part for form in FORMATS for part in ("--output", f"{form}=out.{form}")]
    result = program("smoke", "--format", "json", *outputs)
    assert result.code not in {2, 70}, result.err
    assert [form for form in FORMATS if not Path(f"out.{form}").read_text(encoding="utf-8")] == []
    reported = json.loads(result.out)["verdicts"]
    assert [verdict["server"] for verdict in reported] == hostile_project
    assert reported[-1]["verdict"] == "accepted"
