"""What is sent equals what is configured, for every URL that passes validation."""

import string
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as some

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.probe.http import HttpClient
from oauthgit.probe.http.endpoint import parse
from oauthgit.probe.requests import Request, request_login
from support.run_smoke import LOOPBACK
from support.scripted_server import fake, reply

ALLOWED = string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@%/[]"
PATHS = some.text(ALLOWED, max_size=20).map("/{}".format)
QUERIES = some.one_of(some.just(""), some.text(ALLOWED + "?", max_size=20).map("?{}".format))


def target_of(request: bytes) -> str:
    return request.split(b"\r\n")[0].split(b" ")[1].decode()


def is_valid(url: str) -> bool:
    try:
        parse(url)
    except ValueError:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(PATHS, QUERIES)
def test_token_endpoint_is_sent_byte_for_byte(path: str, query: str) -> None:
    with fake(reply(200, {})) as served:
        url = served.base + path + query
        if is_valid(url):
            HttpClient(LOOPBACK).send(Request(url, {"a": "b"}))
            assert target_of(served.requests[0]) == path + query


@settings(max_examples=100, deadline=None)
@given(PATHS, some.lists(some.sampled_from(["a=1", "a=%41", "b", "c=;", "prompt=login", "state=x", "a=+"]), max_size=5))
def test_query_of_an_authorization_endpoint_is_kept(path: str, parts: list[str]) -> None:
    endpoint = f"https://crm.example.com{path}" + (f"?{'&'.join(parts)}" if parts else "")
    login = AuthorizationRequest(endpoint, "client", "https://app.example.com/cb", ("openid",), True, "", ())  # noqa: FBT003
    sent = request_login(login).url
    assert sent.startswith(f"https://crm.example.com{path}?")
    own = [part for part in parts if part.partition("=")[0] not in {"prompt", "state"}]
    assert urlsplit(sent).query.split("&")[: len(own)] == own


def test_url_without_a_path_is_sent_as_the_root() -> None:
    with fake(reply(200, {})) as served:
        HttpClient(LOOPBACK).send(Request(served.base, {"a": "b"}))
        HttpClient(LOOPBACK).send(Request(f"{served.base}?x=1", {"a": "b"}))
        assert list(map(target_of, served.requests)) == ["/", "/?x=1"]
