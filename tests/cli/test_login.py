"""``oauthgit login`` at a real terminal: with real servers and a person's requests, and with a scripted one."""

import base64
import json
import re
import shlex
import socket
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from oauthgit.model.secret import Secret
from oauthgit.sandbox import start
from support.answers import LOGIN as ANSWERED
from support.cli import Program
from support.forks import ModuleForks
from support.git import committed, edit, git
from support.login_person import Person
from support.login_project import TARGET, AtTerminal, Ended, lay_out
from support.login_server import REDIRECT_URI as HTTPS
from support.login_server import paste_code, scripted, sent
from support.real_servers import serve_npm
from support.scripted_server import Fake, fake, reply
from support.sops import KEY
from support.terminal import Terminal

pytestmark = [pytest.mark.measured_children, pytest.mark.posix]

PATHS = ("/auth", "/token", "/token/revocation", "/token/introspection")
CANARY = "canary-secret-of-the-client-9f3e21aa507b"
LAYER, APPLICATION, POLICY = (
    "configs/branches/CRM/MAIN.yaml",
    "configs/iam_applications/app.yaml",
    "configs/oauthgit.yaml",
)
FORKS = ModuleForks("from oauthgit.cli import entry; entry()")
LOGIN = ("login", "app", "crm", "--format", "json")
NO_BROWSER = (*LOGIN, "--no-browser")


def client(client_id: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": CANARY,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["http://localhost/oauth-callback", HTTPS],
        "application_type": "native",  # any port of this machine
        "scope": "openid api.read offline_access",
        "token_endpoint_auth_method": "client_secret_basic",
    }


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Serve oidc-provider with pages; it rotates the refresh tokens of R1 only, and demands PKCE of C1."""
    with serve_npm("oidc_provider", "people", [client("C1"), client("R1"), client("R2")]) as base:
        yield base


@pytest.fixture(scope="module")
def at_terminal() -> Iterator[AtTerminal]:
    yield AtTerminal(FORKS)
    FORKS.end()


@pytest.fixture
def recorder(programs: Path, tmp_path: Path) -> Path:
    """Write a browser that records its arguments and its variables."""
    program = programs / "browser"
    program.write_text(f'#!/bin/sh\n{{ echo "$#" "$@"; env; }} > {tmp_path}/started\n')
    program.chmod(0o755)
    return program


def at_provider(root: Path, base: str, client_id: str = "R1", **settings: Any) -> None:
    options = {"request_refresh_token": True, "prompt": settings.pop("prompt", "consent")}
    known = {
        "client_id": client_id,
        "redirect_uri": HTTPS,
        "scopes": ["openid", "offline_access"],
        "token_endpoint_auth_method": "client_secret_basic",
        "user_login": {name: value for name, value in options.items() if value},
    }
    lay_out(root, base, PATHS, CANARY, **{**known, **settings})


def paste(redirect_uri: str = HTTPS, person: Person | None = None) -> Callable[[str, Terminal], None]:
    """Return a person who logs in, and pastes the address at which the browser ended."""
    return lambda url, tty: tty.type(f"{(person or Person()).follow(url, redirect_uri)}\n")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def call(host: str, target: str, status: int) -> None:
    """Send a request of a browser on this machine."""
    connection = HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=20)
    connection.request("GET", target, headers={"Host": host})
    assert connection.getresponse().status == status
    connection.close()


def issued(base: str, since: int = 0) -> list[dict[str, Any]]:
    connection = HTTPConnection(base.partition("://")[2], timeout=20)
    connection.request("GET", "/issued")
    found: list[dict[str, Any]] = json.loads(connection.getresponse().read())[since:]
    connection.close()
    return found


def post(base: str, path: str, client_id: str, **form: str) -> dict[str, Any]:
    connection = HTTPConnection(base.partition("://")[2], timeout=20)
    basic = base64.b64encode(f"{client_id}:{CANARY}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(form), headers)
    found: dict[str, Any] = json.loads(connection.getresponse().read() or b"{}")
    connection.close()
    return found


def active(base: str, client_id: str, answers: list[dict[str, Any]]) -> list[bool]:
    """Return which of all issued tokens the server still accepts, by its introspection."""
    tokens = {each[kind] for each in answers for kind in ("access_token", "refresh_token") if kind in each}
    return [post(base, PATHS[3], client_id, token=token)["active"] for token in sorted(tokens)]


def assert_hidden(ended: Ended, root: Path, *texts: str) -> None:
    """Fail if a secret text is in an output or a file, in any usual encoding."""
    shown = "".join(map(str, ended)) + "".join(
        each.read_bytes().decode("latin-1") for each in root.rglob("*") if each.is_file() and ".git" not in each.parts
    )
    for text in texts:
        assert text
        for form in (text, quote(text, safe=""), base64.b64encode(text.encode()).decode().rstrip("=")):
            assert form not in shown, "a secret was shown or written"


# Real servers.


@pytest.mark.parametrize(
    ("client_id", "rotation"),
    [
        ("R1", "the refresh token is replaced by a new one; the old one is rejected"),
        ("C1", "the refresh token stays the same"),
    ],
)
def test_login_and_refresh_are_proven_and_tokens_revoked(
    client_id: str, rotation: str, provider: str, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    at_provider(tmp_path, provider, client_id)
    before = len(issued(provider))
    report = f"json={tmp_path}/login.json"
    ended = at_terminal(tmp_path, *NO_BROWSER, "--check-reuse", "--output", report, do=paste())
    assert ended.code == 0, ended
    login, refresh = ended.verdicts["authorization_code"], ended.verdicts["refresh_token"]
    assert (login["verdict"], refresh["verdict"], refresh["connector_status"]) == ("accepted", "accepted", 0)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    assert login["reason"] == (
        f"login proven on {day} by a person: token for 3600 s, scope as requested, with a refresh token, tokens revoked"
    )
    assert refresh["reason"] == f"refresh proven on {day} by a person: token for 3600 s, scope kept, {rotation}"
    answers = issued(provider, before)
    assert len(answers) == 2
    assert set(active(provider, client_id, answers)) == {False}
    query = parse_qs(urlsplit(ended.url).query)
    assert query["prompt"] == ["consent"]
    assert query["scope"] == ["openid offline_access"]
    assert "ID token with the claims aud, exp, iat, iss, sub" in ended.err
    tokens = [value for each in answers for name, value in each.items() if name.endswith("_token")]
    assert_hidden(ended, tmp_path, CANARY, *tokens)


def test_kept_tokens_stay_valid_and_it_is_said(provider: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    at_provider(tmp_path, provider)
    before = len(issued(provider))
    ended = at_terminal(tmp_path, *NO_BROWSER, "--keep", do=paste())
    assert ended.code == 0
    assert "tokens of this login are not revoked" in ended.screen
    assert ended.verdicts["authorization_code"]["reason"].endswith(
        ", tokens not revoked (--keep), so they stay valid until they expire"
    )
    answers = issued(provider, before)
    assert True in active(provider, "R1", answers)
    post(provider, PATHS[2], "R1", token=answers[-1]["refresh_token"])


def test_listener_receives_the_answer(provider: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    uri = f"http://localhost:{free_port()}/oauth-callback"
    at_provider(tmp_path, provider, redirect_uri=uri)

    def do(url: str, _terminal: Terminal) -> None:
        address = urlsplit(Person().follow(url, uri))
        call(address.netloc, f"{address.path}?code=attack&state=guess", 400)
        call(address.netloc, f"{address.path}?{address.query}", 200)

    ended = at_terminal(tmp_path, *NO_BROWSER, do=do)
    assert ended.code == 0, ended
    assert "the answer is received here" in ended.screen


def test_port_in_use_leaves_pasting(provider: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        uri = f"http://localhost:{port}/oauth-callback"
        at_provider(tmp_path, provider, redirect_uri=uri)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste(uri))
    assert ended.code == 0, ended
    assert (
        f"cannot be received here (port {port} cannot be opened: it is in use), so it has to be pasted" in ended.screen
    )


def test_prompt_without_refresh_token_is_explained(provider: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    at_provider(tmp_path, provider, prompt="login")
    ended = at_terminal(tmp_path, *NO_BROWSER, do=paste())
    assert ended.code == 5
    login, refresh = ended.verdicts["authorization_code"], ended.verdicts["refresh_token"]
    assert (login["verdict"], "without scope offline_access" in login["reason"]) == ("accepted-with-remarks", True)
    assert (refresh["verdict"], refresh["connector_status"]) == ("rejected", -3)
    (finding,) = (each for each in json.loads(ended.out)["findings"] if each["code"] == "OG922")
    assert "Set user_login.prompt: consent." in finding["remedy"]


@pytest.mark.parametrize(
    ("prompt", "error", "person"),
    [("consent", "access_denied", Person(denies=True)), ("none", "login_required", Person())],
)
def test_denied_login_is_rejected(  # noqa: PLR0913, PLR0917 - fixtures
    prompt: str, error: str, person: Person, provider: str, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    at_provider(tmp_path, provider, prompt=prompt)
    ended = at_terminal(tmp_path, *NO_BROWSER, do=paste(person=person))
    (verdict,) = ended.verdicts.values()
    assert (ended.code, verdict["verdict"], verdict["error"]) == (5, "rejected", error)
    assert "OG920" in {each["code"] for each in json.loads(ended.out)["findings"]}


@pytest.mark.parametrize("whose", ["replayed", "another client's"])
def test_foreign_or_used_code_is_rejected(whose: str, provider: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    at_provider(tmp_path, provider, require_pkce=False)

    def do(url: str, tty: Terminal) -> None:
        if whose == "replayed":
            address = Person().follow(url, HTTPS)
            code = parse_qs(urlsplit(address).query)["code"][0]
            used = post(provider, "/token", "R1", grant_type="authorization_code", code=code, redirect_uri=HTTPS)
            assert "access_token" in used
        else:
            address = Person().follow(url.replace("client_id=R1", "client_id=R2"), HTTPS)
        tty.type(f"{address}\n")

    ended = at_terminal(tmp_path, *NO_BROWSER, do=do)
    (verdict,) = ended.verdicts.values()
    assert (ended.code, verdict["verdict"], verdict["error"]) == (5, "rejected", "invalid_grant")
    assert "OG921" in {each["code"] for each in json.loads(ended.out)["findings"]}


def test_other_addresses_are_refused_before_the_right_one(
    provider: str, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    at_provider(tmp_path, provider)

    def do(url: str, tty: Terminal) -> Iterator[str]:
        address = Person().follow(url, HTTPS)
        tty.type(re.sub("state=[^&]*", "state=forged", address) + "\n")
        yield "not accepted: its state is not the one of this login"
        tty.type(f"https://evil.test/?{address.partition('?')[2]}\n")
        yield f"not accepted: it does not begin with the redirect URI {HTTPS}"
        tty.type(f"{address}\n")

    ended = at_terminal(tmp_path, *NO_BROWSER, do=do)
    assert ended.code == 0, ended
    assert "forged" not in ended.screen


def test_page_of_the_merged_report_names_day_and_person(
    provider: str, at_terminal: AtTerminal, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_provider(tmp_path, provider)
    ended = at_terminal(tmp_path, *NO_BROWSER, "--output", "json=login.json", do=paste())
    assert ended.code == 0
    monkeypatch.chdir(tmp_path)
    page = program("report", "--merge", "login.json", "--format", "html").out
    assert f"login proven on {time.strftime('%Y-%m-%d', time.gmtime())} by a person" in page
    assert "claimed, not signed" in page


def test_sandbox_sends_the_browser_back_at_once(at_terminal: AtTerminal, tmp_path: Path) -> None:
    credential = ANSWERED._replace(
        client_id="the-client", secret=Secret(CANARY), redirect_uri=HTTPS, scopes=("api.read",)
    )
    with start([credential]) as sandbox:
        paths = ("/c/0/authorize", "/c/0/token", "/c/0/revoke", "/c/0/introspect")
        lay_out(tmp_path, sandbox.base, paths, CANARY, client_id="the-client", redirect_uri=HTTPS, scopes=["api.read"])
        ended = at_terminal(tmp_path, *NO_BROWSER, "--check-reuse", do=paste())
        assert ended.code == 0, ended
        assert [each.path for each in sandbox.log].count("/c/0/authorize") == 1
    assert ended.verdicts["refresh_token"]["reason"].endswith("a new one; the old one is rejected")


# A scripted server, which shows everything that is sent to it.


def at_fake(root: Path, served: Fake, **settings: Any) -> None:
    known = {"client_id": "the-client", "redirect_uri": HTTPS}
    lay_out(root, served.base, ("/auth", "/token", "/revoke", ""), CANARY, **{**known, **settings})


def test_secrets_reach_the_server_only(at_terminal: AtTerminal, recorder: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    with fake(scripted()) as served:
        at_fake(root, served, token_endpoint_auth_method="client_secret_post")
        ended = at_terminal(
            root,
            *LOGIN,
            "-v",
            do=paste_code("a-code-of-the-person"),
            variables={"BROWSER": str(recorder), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)},
        )
        assert ended.code == 0, ended
        assert sent(served) == [
            "authorization_code",
            "refresh_token",
            "token-r-2",
            "token-r-1",
            "token-a-2",
            "token-a-1",
        ]
        form = parse_qs(served.requests[0].partition(b"\r\n\r\n")[2].decode())
    assert form["client_secret"] == [CANARY]
    assert form["redirect_uri"] == [HTTPS]
    (verifier,) = form["code_verifier"]
    assert len(verifier) >= 43
    assert_hidden(ended, tmp_path, CANARY, verifier, "a-code-of-the-person", "token-a-1", "token-r-1", "token-a-2")
    assert (tmp_path / "started").read_text().splitlines()[0] == f"1 {ended.url}"


def test_long_code_is_pasted_whole(at_terminal: AtTerminal, tmp_path: Path) -> None:
    code = "c" * 6_000
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste_code(code))
        assert ended.code == 0, ended
        assert f"code={code}&".encode() in served.requests[0]
    assert "ccc" not in ended.screen


def test_code_and_refresh_token_are_sent_once(at_terminal: AtTerminal, tmp_path: Path) -> None:
    busy = reply(503, {"error": "temporarily_unavailable"}, Retry_After="0")
    with fake(scripted(busy)) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste_code())
        assert (ended.code, sent(served)) == (6, ["authorization_code"])
    with fake(scripted(second=busy)) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste_code())
        assert sent(served) == ["authorization_code", "refresh_token", "token-r-1", "token-a-1"]
    assert ended.verdicts["authorization_code"]["reason"].endswith("tokens revoked")


def test_token_of_a_refused_refresh_is_revoked(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted(second=reply(400, {"error": "invalid_grant"}))) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste_code())
        assert (ended.code, sent(served)[2:]) == (5, ["token-r-1", "token-a-1"])
    assert ended.verdicts["refresh_token"]["verdict"] == "rejected"


def test_endpoint_for_revocation_that_is_unknown_is_said(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served, revocation_endpoint=None)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=paste_code())
        assert (ended.code, sent(served)) == (0, ["authorization_code", "refresh_token"])
    assert "cannot be revoked (no revocation_endpoint is set)" in ended.screen
    assert "access_token not revoked (no revocation_endpoint is set)" in ended.verdicts["authorization_code"]["reason"]


def test_time_out_proves_nothing(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        uri = f"http://localhost:{free_port()}/oauth-callback"
        at_fake(tmp_path, served, redirect_uri=uri)
        begin = f"{uri.partition('/oauth')[0].partition('//')[2]}"
        ended = at_terminal(
            tmp_path, *NO_BROWSER, "--wait", "2", do=lambda *_: call(begin, "/oauth-callback?code=a&state=guess", 400)
        )
        assert (ended.code, served.connections) == (6, 0)
    assert ended.verdicts["authorization_code"]["reason"] == "no answer came back within 2 s"
    assert "1 request to this machine had no answer to this login" in ended.screen


def test_fifth_wrong_address_ends_the_wait(at_terminal: AtTerminal, tmp_path: Path) -> None:
    def do(_url: str, tty: Terminal) -> Iterator[str]:
        for number in range(5):
            tty.type(f"{HTTPS}?code=c&state=guess{number}\n")
            yield "Paste the address of this login:" * (number < 4)

    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=do)
        assert (ended.code, served.connections) == (6, 0)
    assert ended.verdicts["authorization_code"]["reason"] == "no pasted address was the answer to this login"
    assert ended.screen.count("is not accepted") == 4


@pytest.mark.parametrize("text", ["0", "3601", "ten", "1.5", "٣", "99999999999"])
def test_time_to_wait_is_checked(text: str, program: Program) -> None:
    result = program("login", "app", "crm", "--wait", text)
    assert (result.code, "is not a number of seconds from 1 to 3600" in result.err) == (2, True)


def test_invalid_policy_and_absent_policy_send_nothing(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        (tmp_path / POLICY).rename(tmp_path / "policy")
        committed(tmp_path)
        with_remote(tmp_path)
        (tmp_path / "policy").rename(tmp_path / POLICY)
        ended = at_terminal(tmp_path, *NO_BROWSER)
        assert (ended.code, "merge the settings first" in ended.err, ended.url) == (0, True, ""), ended
        assert {each["verdict"] for each in ended.verdicts.values()} == {"not-run"}
        edit(tmp_path, POLICY, "trusted_hosts", "trusted_host")
        ended = at_terminal(tmp_path, *NO_BROWSER)
        assert (ended.code, "nothing was sent (exit 2)" in ended.err, ended.url) == (2, True, ""), ended
        assert served.connections == 0


def test_missing_key_is_exit_7(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, *NO_BROWSER, variables={"SOPS_AGE_KEY_FILE": ""})
        assert (ended.code, ended.url, served.connections) == (7, "", 0), ended


def test_ctrl_d_ends_the_wait(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served, policy={"smoke": {"control": True}})
        ended = at_terminal(tmp_path, *NO_BROWSER, do=lambda _, tty: tty.type("\x04"))
        assert (ended.code, served.connections) == (3, 0)
    assert not json.loads(ended.out).get("conditions"), "a login has no control"


def test_remedy_of_smoke_is_followed(
    at_terminal: AtTerminal, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strict(connection: socket.socket, request: bytes, stop: Any) -> None:
        client_id = b"the-client"
        known = client_id in request and CANARY.encode() in request
        error = {"error": "invalid_grant" if known else "invalid_client"}
        is_real = known and (b"code=the-code" in request or b"refresh_token=token-r-1" in request)
        answer = scripted() if is_real or not request.startswith(b"POST /token ") else None
        if answer:
            answer(connection, request, stop)
        else:
            connection.sendall(reply(400 if known else 401, error))

    with fake(strict) as served:
        at_fake(tmp_path, served)
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
        found = json.loads(program("-C", str(tmp_path), "smoke", "--format", "json").out)["findings"]
        (finding,) = (each for each in found if each["code"] == "OG919")
        (command,) = re.findall(r"`(oauthgit [^`]*)`", finding["remedy"])
        assert command == f"oauthgit login {TARGET} crm"
        ended = at_terminal(tmp_path, *shlex.split(command)[1:], "--no-browser", do=paste_code())
    assert (ended.code, "login proven on" in ended.out) == (0, True), ended


# The gate.


def by_token_endpoint(root: Path, second: Fake, first: Fake) -> None:
    edit(root, LAYER, f"{first.base}/token", f"{second.base}/token")


def by_path(root: Path, _second: Fake, first: Fake) -> None:
    edit(root, LAYER, f"{first.base}/token", f"{first.base}/steal")


def by_authorization_endpoint(root: Path, second: Fake, first: Fake) -> None:
    edit(root, LAYER, f"{first.base}/auth", f"{second.base}/auth")


def with_remote(root: Path) -> None:
    """Make the last commit the tip of a remote's default branch, which decides about trust."""
    git(root, "remote", "add", "origin", "https://github.com/acme/settings")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")


def by_foreign_redirect_uri(root: Path, _second: Fake, _first: Fake) -> None:
    with_remote(root)
    edit(root, APPLICATION, HTTPS, "https://evil.test/oauth-callback")


def by_policy(root: Path, second: Fake, first: Fake) -> None:
    """Trust the second host in the tree only."""
    with_remote(root)
    hosts = [each.base.partition("://")[2] for each in (first, second)]
    edit(root, POLICY, f'"{hosts[0]}"', f'"{hosts[0]}", "{hosts[1]}"')
    by_authorization_endpoint(root, second, first)


def by_password_over_http(root: Path, second: Fake, _first: Fake) -> None:
    text = json.loads((root / POLICY).read_text())
    text |= {
        "trusted_hosts": [*text["trusted_hosts"], "login.example.com"],
        "http_hosts": ["127.0.0.1", "login.example.com"],
    }
    (root / POLICY).write_text(json.dumps(text))
    file = root / LAYER
    file.write_text(re.sub(r"http://[^\"]*/auth", "http://login.example.com/auth", file.read_text()))
    committed(root)
    assert second.connections == 0


def by_redirect_uri(root: Path, _second: Fake, _first: Fake) -> None:
    edit(root, APPLICATION, HTTPS, "com.example.app:/oauth-callback")


def by_request_object(root: Path, _second: Fake, first: Fake) -> None:
    """Add a parameter that names another redirect URI to the server."""
    edit(root, LAYER, f"{first.base}/auth", f"{first.base}/auth?a=b&request%5Furi=https://evil.test/request.jwt")


def by_mistake(root: Path, _second: Fake, _first: Fake) -> None:
    edit(root, LAYER, '"client_id"', '"client_di"')


MOVES = [
    by_mistake,
    by_token_endpoint,
    by_path,
    by_authorization_endpoint,
    by_policy,
    by_password_over_http,
    by_redirect_uri,
    by_request_object,
    by_foreign_redirect_uri,
]


@pytest.mark.parametrize("move", MOVES, ids=lambda each: each.__name__)
def test_moved_endpoint_opens_and_sends_nothing(
    move: Callable[[Path, Fake, Fake], None], recorder: Path, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    root = tmp_path / "project"
    with fake(scripted()) as first, fake(scripted()) as second:
        at_fake(root, first)
        move(root, second, first)
        ended = at_terminal(root, *LOGIN, variables={"BROWSER": str(recorder)})
        assert (first.connections, second.connections) == (0, 0)
    assert ended.code == 3, ended
    assert {each["verdict"] for each in ended.verdicts.values()} == {"not-run"}
    assert ended.url == ""
    assert not (tmp_path / "started").exists()
    assert CANARY not in "".join(map(str, ended))


@pytest.mark.parametrize("uri", [HTTPS, "http://localhost:1/oauth-callback", "http://[::1]:1/cb"])
def test_redirect_uri_of_trusted_commit_or_machine_is_used(uri: str, at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        with_remote(tmp_path)
        edit(tmp_path, APPLICATION, HTTPS, uri)
        ended = at_terminal(tmp_path, *NO_BROWSER, do=lambda _, tty: tty.type("\x04"))
        assert (ended.code, ended.url != "") == (3, True), ended
        edit(tmp_path, APPLICATION, uri, "https://evil.test/oauth-callback")
        trusting = ("--trust-working-tree",)
        ended = at_terminal(tmp_path, *NO_BROWSER, *trusting, do=lambda _, tty: tty.type("\x04"))
        assert (ended.code, ended.url != "") == (3, True), ended


@pytest.mark.parametrize(
    ("terminal", "variables"),
    [
        (False, {}),
        (True, {"CI": "true"}),
        (True, {"GITHUB_ACTIONS": "true"}),
        (True, {"GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2", "CI_PROJECT_ID": "1"}),
    ],
)
def test_nobody_at_the_terminal_opens_and_sends_nothing(
    terminal: bool,  # noqa: FBT001 - a column of the table
    variables: dict[str, str],
    recorder: Path,
    at_terminal: AtTerminal,
    tmp_path: Path,
) -> None:
    root = tmp_path / "project"
    with fake(scripted()) as served:
        at_fake(root, served)
        ended = at_terminal(root, *LOGIN, terminal=terminal, variables={"BROWSER": str(recorder), **variables})
        assert served.connections == 0
    assert (ended.code, ended.out, ended.screen) == (2, "", "")
    assert "a login needs a person at a terminal, and never runs in CI" in ended.err
    assert not (tmp_path / "started").exists()


def at_https(root: Path, served: Fake, environment: str) -> None:
    """Lay out a project whose endpoints are https, as those of production have to be; nothing answers there."""
    base, paths = served.base.replace("http:", "https:"), ("/auth", "/token", "/revoke", "")
    lay_out(root, base, paths, CANARY, client_id="the-client", redirect_uri=HTTPS, environment=environment)


@pytest.mark.parametrize(
    ("environment", "options", "types", "words"),
    [
        ("production", (), "", "add --environment production"),
        ("production", ("--environment", "test"), "", "add --environment production"),
        ("production", ("--environment", "production", "--check-reuse"), "", "refused in production"),
        ("production", ("--environment", "production"), "app\n", "the name of the target was not typed"),
        ("production", ("--environment", "production"), "\n", "the name of the target was not typed"),
        ("test", ("--environment", "acceptance"), "", "no target is of environment acceptance"),
    ],
)
def test_production_has_to_be_named_and_typed(  # noqa: PLR0913, PLR0917 - fixtures
    environment: str,
    options: tuple[str, ...],
    types: str,
    words: str,
    recorder: Path,
    at_terminal: AtTerminal,
    tmp_path: Path,
) -> None:
    root = tmp_path / "project"
    with fake(scripted()) as served:
        at_https(root, served, environment)
        ended = at_terminal(root, *LOGIN, *options, types=types, variables={"BROWSER": str(recorder)})
        assert served.connections == 0
    assert (ended.code, words in ended.err, ended.url) == (2, True, ""), ended
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("options", [(), ("--check-reuse",)])
def test_change_of_environment_does_not_avoid_the_question(
    options: tuple[str, ...], at_terminal: AtTerminal, tmp_path: Path
) -> None:
    """The trusted commit states production, and a change states test."""
    with fake(scripted()) as served:
        at_https(tmp_path, served, "production")
        with_remote(tmp_path)
        edit(tmp_path, APPLICATION, '"production"', '"test"')
        ended = at_terminal(tmp_path, *NO_BROWSER, *options, types="\n")
        assert served.connections == 0
    assert (ended.code, ended.url) == (2, ""), ended
    assert ("--check-reuse may end" if options else "was not typed") in ended.err


def test_typed_production_is_opened_after_its_warning(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_https(tmp_path, served, "production")
        named = ("--environment", "production")
        ended = at_terminal(tmp_path, *NO_BROWSER, *named, types=f"{TARGET}\n", do=lambda _, tty: tty.type("\x04"))
        assert served.connections == 0
    assert (ended.code, ended.url != "") == (3, True), ended
    warning, question, address = (
        ended.screen.index(each) for each in ("may then end", "Type iam_", "Open this address")
    )
    assert warning < question < address


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grant_types": ["client_credentials"], "scopes": ["a"]}, "has no user login"),
        ({"grant_types": ["refresh_token"]}, "has no user login"),
    ],
)
def test_server_without_user_login_is_refused(
    change: dict[str, Any], words: str, at_terminal: AtTerminal, tmp_path: Path
) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served, **change)
        ended = at_terminal(tmp_path, *LOGIN)
        assert (ended.code, words in ended.err, served.connections) == (2, True, 0), ended


def test_branch_without_environment_is_guarded(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, "login", "branch/CRM/MAIN", "crm", "--check-reuse")
    assert (ended.code, "for targets without an environment" in ended.err) == (2, True), ended


def test_unknown_server_is_refused_with_those_that_exist(at_terminal: AtTerminal, tmp_path: Path) -> None:
    with fake(scripted()) as served:
        at_fake(tmp_path, served)
        ended = at_terminal(tmp_path, "login", "app", "cmr")
    assert (ended.code, "did you mean crm" in ended.err) == (2, True), ended
