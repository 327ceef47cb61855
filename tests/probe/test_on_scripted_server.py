"""Transport and run, on a server that fails like real ones."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import parse_qs

import pytest
import trustme

from oauthgit.model.verdict import Outcome
from oauthgit.probe import Limits, Progress, make_plan, report, run
from oauthgit.probe.runner import schedule
from support.run_smoke import LOOPBACK, only, server, settings, smoke, vault
from support.scripted_server import REFUSAL, TOKEN, Behaviour, Fake, drip, endless_headers, fake, hang, reply

IMPATIENT = LOOPBACK._replace(timeout=1)
GOOD = reply(200, TOKEN)


def test_service_sends_one_standard_token_request() -> None:
    with fake(GOOD) as served:
        verdict = only(smoke(server(served.url, scopes=["api.read", "api.write"])))
        (request,) = served.requests
    head, _, body = request.decode().partition("\r\n\r\n")
    assert head.startswith("POST /token HTTP/1.1\r\n")
    assert "Accept: application/json" in head
    assert "Accept-Encoding: identity" in head
    assert "Content-Type: application/x-www-form-urlencoded" in head
    assert "User-Agent: oauthgit/" in head
    assert "Authorization" not in head
    assert parse_qs(body) == {
        "grant_type": ["client_credentials"],
        "scope": ["api.read api.write"],
        "client_id": ["client"],
        "client_secret": ["the-secret"],
    }
    assert (verdict.outcome, verdict.code) == (Outcome.ACCEPTED_WITH_REMARKS, "OG911")
    assert verdict.reason == ("token for 3600 s, without scope api.write, not revoked (no revocation_endpoint is set)")


@pytest.mark.parametrize("pkce", [True, False])
def test_user_login_sends_dummy_code_and_pkce_verifier(pkce: bool) -> None:  # noqa: FBT001 - a table
    with fake(reply(400, {"error": "invalid_grant"})) as served:
        login = server(
            served.url,
            grant_types=["authorization_code"],
            require_pkce=pkce,
            token_endpoint_auth_method="client_secret_basic",
        )
        verdict = only(smoke(login, secret=": é"))
        request, stranger, *_ = served.requests
    assert b"oauthgit-smoke-invalid-code" in stranger
    assert b"Y2xpZW50Oi" not in stranger  # neither the client nor its secret
    head, _, body = request.decode().partition("\r\n\r\n")
    form = parse_qs(body)
    assert "Authorization: Basic Y2xpZW50OiUzQSUyMCVDMyVBOQ==" in head  # client:%3A%20%C3%A9
    assert form.pop("code_verifier", ["-" * 43])[0].__len__() == 43
    assert ("code_verifier" in parse_qs(body)) is pkce
    assert form == {
        "grant_type": ["authorization_code"],
        "code": ["oauthgit-smoke-invalid-code"],
        "redirect_uri": ["http://localhost/oauth-callback"],
    }
    assert (verdict.outcome, verdict.reason) == (
        Outcome.INCONCLUSIVE,
        "the server rejects the dummy authorization code of any client",
    )


@pytest.mark.parametrize(
    ("answer", "outcome", "code", "words"),
    [
        (hang, Outcome.UNREACHABLE, "OG906", "did not answer in time"),
        (drip, Outcome.UNREACHABLE, "OG906", "did not answer in time"),
        (endless_headers, Outcome.UNREACHABLE, "OG906", "the answer is not HTTP"),
        (b"", Outcome.UNREACHABLE, "OG906", "closed the connection"),
        (GOOD[:-5], Outcome.UNREACHABLE, "OG906", "closed the connection before the answer was complete"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", Outcome.UNREACHABLE, "OG906", "the answer is not HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", Outcome.UNREACHABLE, "OG904", "wrong scheme"),
        (reply(307, "", Location="https://evil.example.com/"), Outcome.UNREACHABLE, "OG904", "redirects (307)"),
        (reply(200, "<html>Sign in</html>", "text/html"), Outcome.UNREACHABLE, "OG904", "a web page (200)"),
        (reply(200, {"error": "invalid_client"}), Outcome.REJECTED, "OG901", "rejects the client"),
        (reply(400, "error=invalid_client", "application/x-www-form-urlencoded"), Outcome.REJECTED, "OG901", ""),
        (reply(400, {"error": {"message": "no", "code": 1}}), Outcome.REJECTED, "OG915", ""),
        (reply(200, {**TOKEN, "filler": "x" * 70000}), Outcome.INCONCLUSIVE, "OG907", "longer than 64 KiB"),
        (reply(200, TOKEN, Content_Encoding="gzip"), Outcome.ACCEPTED, "", "token for 3600 s"),
        (reply(429, {}), Outcome.UNREACHABLE, "OG906", "too many requests"),
        (reply(503, {}), Outcome.UNREACHABLE, "OG906", "internal error (503)"),
    ],
)
def test_server_failure_is_distinguished_within_the_time_limit(
    answer: bytes | Behaviour, outcome: Outcome, code: str, words: str
) -> None:
    start = time.monotonic()
    with fake(answer) as served:
        verdict = only(smoke(server(served.url), limits=IMPATIENT))
        took = time.monotonic() - start
        assert served.connections == (2 if code == "OG915" else 1)
    assert (verdict.outcome, verdict.code) == (outcome, code), verdict.reason
    assert words in verdict.reason
    assert took < 3


@pytest.mark.parametrize("busy", [429, 503])
def test_short_retry_after_is_retried_once(busy: int) -> None:
    with fake(reply(busy, {}, Retry_After="0"), GOOD) as served:
        assert only(smoke(server(served.url))).outcome is Outcome.ACCEPTED
        assert served.connections == 2


@pytest.mark.parametrize("wait", ["6", "3600", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_long_retry_after_is_not_retried(wait: str) -> None:
    with fake(reply(429, {}, Retry_After=wait), GOOD) as served:
        assert only(smoke(server(served.url))).outcome is Outcome.UNREACHABLE
        assert served.connections == 1


def test_rejected_request_is_not_retried_despite_retry_after() -> None:
    with fake(reply(401, {"error": "invalid_client"}, Retry_After="0"), GOOD) as served:
        assert only(smoke(server(served.url))).outcome is Outcome.REJECTED
        assert served.connections == 1


def test_rejected_client_stops_but_others_continue() -> None:
    with fake(REFUSAL, GOOD) as served:
        asked = [server(served.url), server(served.url, scopes=["more"]), server(served.url, client_id="other")]
        first, second, other = smoke(*asked, limits=LOOPBACK._replace(concurrency=1))
        assert served.connections == 2
    assert (first.outcome, other.outcome) == (Outcome.REJECTED, Outcome.ACCEPTED)
    assert (second.outcome, second.code, second.milliseconds) == (Outcome.NOT_RUN, "OG908", None)


def test_rejected_scope_does_not_stop_other_scopes() -> None:
    with fake(reply(400, {"error": "invalid_scope"}), GOOD) as served:
        outcomes = [verdict.outcome for verdict in smoke(server(served.url, scopes=["x"]), server(served.url))]
    assert outcomes == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_rejection_does_not_stop_a_client_that_was_accepted() -> None:
    with fake(GOOD, REFUSAL, GOOD) as served:
        asked = [server(served.url, scopes=[scope]) for scope in ("api.read", "unknown", "other")]
        verdicts = smoke(*asked, limits=LOOPBACK._replace(concurrency=1))
    assert [verdict.outcome is Outcome.REJECTED for verdict in verdicts] == [False, True, False]
    assert Outcome.NOT_RUN not in {verdict.outcome for verdict in verdicts}


def test_host_that_answers_429_gets_no_further_request() -> None:
    with fake(reply(429, {})) as served:
        asked = [server(served.url, client_id=name) for name in "abc"]
        verdicts = smoke(*asked, limits=LOOPBACK._replace(per_host=1))
        assert served.connections == 1
    assert [verdict.outcome for verdict in verdicts] == [Outcome.UNREACHABLE, Outcome.NOT_RUN, Outcome.NOT_RUN]


def test_host_with_three_rejections_is_throttled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "PAUSE_SECONDS", 0.2)
    with fake(REFUSAL) as served:
        start = time.monotonic()
        smoke(*(server(served.url, client_id=name) for name in "abcde"), limits=LOOPBACK._replace(per_host=1))
        assert served.connections == 5
    assert 0.4 <= time.monotonic() - start < 3


def test_hanging_server_delays_only_its_own_clients() -> None:
    heard: list[tuple[float, Progress]] = []
    with fake(hang) as stuck, fake(GOOD) as well:
        servers = [server(stuck.url), *(server(well.url, client_id=name) for name in "abcdefgh")]
        target = settings(*servers)
        planned = make_plan([target], vault(stuck.url, well.url), {})
        start = time.monotonic()
        run(planned, [target], IMPATIENT, listen=lambda progress: heard.append((time.monotonic() - start, progress)))
    assert [progress.done for _, progress in heard] == list(range(1, 10))
    assert all(when < 0.9 for when, _ in heard[:-1])
    assert heard[-1][1].total == 9
    assert (heard[-1][1].slowest_host, round(heard[-1][1].slowest_seconds)) == ("127.0.0.1", 1)


def test_concurrent_requests_per_host_are_limited() -> None:
    with fake(hang) as served:
        asked = [server(served.url, client_id=str(name)) for name in range(6)]
        target = settings(*asked)
        planned = make_plan([target], vault(served.url), {})
        counts: list[int] = []
        limits = IMPATIENT._replace(per_host=2)
        run(planned, [target], limits, listen=lambda _: counts.append(served.connections))
    assert counts[0] == 2
    assert max(counts) == 6


def test_concurrency_equals_the_limit() -> None:
    busy = {"now": 0, "most": 0}
    lock = threading.Lock()

    def slow(connection: socket.socket, _request: bytes, stop: threading.Event) -> None:
        with lock:
            busy["now"] += 1
            busy["most"] = max(busy.values())
        stop.wait(0.1)
        with lock:
            busy["now"] -= 1
        connection.sendall(GOOD)

    with ExitStack() as stack:
        hosts = [stack.enter_context(fake(slow)) for _ in range(12)]
        asked = [server(hosts[number % 12].url, client_id=str(number)) for number in range(120)]
        target = settings(*asked)
        planned = make_plan([target], vault(*(host.url for host in hosts)), {})
        proved = run(planned, [target], LOOPBACK._replace(concurrency=20, per_host=2), listen=lambda _: None)
    assert {verdict.outcome for verdict in proved.verdicts} == {Outcome.ACCEPTED}
    assert len(proved.verdicts) == 120
    assert busy == {"now": 0, "most": 20}


def test_cookie_is_not_sent_with_the_next_request() -> None:
    with fake(reply(200, TOKEN, Set_Cookie="session=abc; Path=/")) as served:
        smoke(server(served.url), server(served.url, client_id="other"), limits=LOOPBACK._replace(concurrency=1))
        assert len(served.requests) == 2
        assert not any(b"cookie" in request.lower() for request in served.requests)


def test_proxy_and_ca_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    with fake(GOOD) as served:
        assert only(smoke(server(served.url))).outcome is Outcome.ACCEPTED


def test_token_is_revoked_at_a_pinned_endpoint() -> None:
    with fake(GOOD, reply(200, "")) as served:
        verdict = only(smoke(server(served.url, revocation_endpoint=served.url + "/revoke")))
        assert verdict.reason == "token for 3600 s, scope as requested, revoked"
        assert parse_qs(served.requests[1].decode().partition("\r\n\r\n")[2])["token"] == ["the-token"]


def test_unrequested_refresh_token_is_revoked() -> None:
    with fake(reply(200, {**TOKEN, "refresh_token": "the-other"}), reply(200, "")) as served:
        verdict = only(smoke(server(served.url, revocation_endpoint=served.url)))
        forms = [parse_qs(request.decode().partition("\r\n\r\n")[2]) for request in served.requests[1:]]
    assert [(form["token"], form["token_type_hint"]) for form in forms] == [
        (["the-other"], ["refresh_token"]),
        (["the-token"], ["access_token"]),
    ]
    assert verdict.reason.endswith(", revoked")


def test_token_is_revoked_despite_a_later_failure() -> None:
    both_asked = threading.Event()

    def give_and_take(connection: socket.socket, request: bytes, stop: threading.Event) -> None:
        if b"/token" in request and b"client_id=slow" in request:
            both_asked.set()
            stop.wait(0.5)
        both_asked.wait(10)
        connection.sendall(GOOD)

    def listen(_: Progress) -> None:
        raise RuntimeError("the terminal is gone")

    with fake(give_and_take) as served:
        revoke = served.url.replace("/token", "/revoke")
        asked = [server(served.url, client_id=name, revocation_endpoint=revoke) for name in ("quick", "slow")]
        target = settings(*asked)
        planned = make_plan([target], vault(served.url, revoke), {})
        with pytest.raises(RuntimeError, match="the terminal is gone"):
            run(planned, [target], LOOPBACK, listen=listen)
        heard = [request.split(b" ", 2)[1] for request in served.requests]
    assert sorted(heard) == [b"/revoke", b"/revoke", b"/token", b"/token"]


def test_unanswered_revocation_does_not_change_the_verdict() -> None:
    with fake(GOOD, b"") as served:
        verdict = only(smoke(server(served.url, revocation_endpoint=served.url)))
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.reason.endswith("not revoked (the revocation endpoint did not answer)")
    assert report([verdict]) == ()


@pytest.mark.parametrize(
    ("revocation", "words"),
    [
        ("http://127.0.0.1:9/revoke", "revocation_endpoint: host 127.0.0.1:9 is not in trusted_hosts"),
        ("nonsense", "revocation_endpoint: the URL is not safe: it does not begin with https:// or http://"),
        ("{url}/revoke", "the server answered 503"),
    ],
)
def test_unrevoked_token_is_reported(revocation: str, words: str) -> None:
    with fake(GOOD, reply(503, "")) as served:
        verdict = only(smoke(server(served.url, revocation_endpoint=revocation.format(url=served.url))))
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.reason == f"token for 3600 s, scope as requested, not revoked ({words})"


@contextmanager
def over_tls(authority: trustme.CA, name: str = "localhost", ends: datetime.datetime | None = None) -> Iterator[Fake]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    starts = ends and ends - datetime.timedelta(days=1)
    authority.issue_cert(name, not_before=starts, not_after=ends).configure_cert(context)
    with fake(GOOD, tls=context, host="localhost") as served:
        yield served


def test_tls_works_with_a_private_authority(authority: trustme.CA, ca_file: str) -> None:
    with over_tls(authority) as served:
        verdict = only(smoke(server(served.url), limits=LOOPBACK._replace(ca_file=ca_file)))
    assert verdict.outcome is Outcome.ACCEPTED


def test_certificate_of_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    with over_tls(authority) as served:
        verdict = only(smoke(server(served.url)))
        assert served.requests == []
    assert (verdict.outcome, verdict.code) == (Outcome.UNREACHABLE, "OG906")
    assert verdict.reason == "the server's certificate was issued by an unknown certificate authority"


def test_certificate_for_another_host_is_not_trusted(authority: trustme.CA, ca_file: str) -> None:
    with over_tls(authority, "other.example.com") as served:
        verdict = only(smoke(server(served.url), limits=LOOPBACK._replace(ca_file=ca_file)))
        assert served.requests == []
    assert verdict.reason == "the server's certificate is for another host"


def test_expired_certificate_is_not_trusted(authority: trustme.CA, ca_file: str) -> None:
    with over_tls(authority, ends=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)) as served:
        verdict = only(smoke(server(served.url), limits=LOOPBACK._replace(ca_file=ca_file)))
        assert served.requests == []
    assert verdict.reason == "the server's certificate has expired or is not valid yet"


def test_old_tls_version_is_refused(authority: trustme.CA, ca_file: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with fake(GOOD, tls=context, host="localhost") as served:
        verdict = only(smoke(server(served.url), limits=LOOPBACK._replace(ca_file=ca_file)))
    assert verdict.reason == "the TLS connection failed (TLS 1.2 or newer is required)"


def test_http_to_a_tls_port_gets_a_hint_about_the_scheme(authority: trustme.CA) -> None:
    with over_tls(authority) as served:
        verdict = only(smoke(server(served.url.replace("https:", "http:"))))
    assert verdict.outcome is Outcome.UNREACHABLE
    assert "https" in verdict.reason + verdict.remedy


def test_nonexistent_name_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    verdict = only(smoke(server("https://nowhere.invalid/token")))
    assert (verdict.outcome, verdict.code) == (Outcome.UNREACHABLE, "OG906")
    assert verdict.reason == "the host name does not exist or could not be resolved"


def test_missing_ca_file_is_a_separate_error() -> None:
    with pytest.raises(FileNotFoundError):
        smoke(server("http://127.0.0.1:9/token"), limits=Limits(ca_file="/nonexistent.pem"))


def test_proxy_of_the_policy_is_used_with_the_host_name() -> None:
    with fake(GOOD) as proxy:
        limits = Limits(timeout=5, proxy=proxy.url.removesuffix("/token"))
        verdict = only(smoke(server("http://localhost:9/token"), limits=limits))
        (request,) = proxy.requests
    assert request.startswith(b"POST http://localhost:9/token HTTP/1.1\r\n")
    assert verdict.outcome is Outcome.ACCEPTED


def test_refusing_proxy_is_named_and_gets_no_secret() -> None:
    with fake(reply(403, "")) as proxy:
        limits = Limits(timeout=5, proxy=proxy.url.removesuffix("/token"))
        verdict = only(smoke(server("https://crm.example.com/token"), limits=limits))
        (request,) = proxy.requests
    assert request.startswith(b"CONNECT crm.example.com:443 HTTP/1.1\r\n")
    assert b"the-secret" not in request
    assert verdict.reason == "the proxy of the policy refused the connection"


def test_internal_address_is_not_reached_through_the_proxy() -> None:
    with fake(GOOD) as proxy:
        limits = Limits(timeout=5, proxy=proxy.url.removesuffix("/token"))
        verdict = only(smoke(server("http://127.0.0.1:9/token"), limits=limits))
        assert proxy.connections == 0
    assert verdict.outcome is Outcome.NOT_RUN
