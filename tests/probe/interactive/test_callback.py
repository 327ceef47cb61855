"""The address that a person pastes: only the answer to this login, at the redirect URI, is read."""

from urllib.parse import quote

import pytest

from oauthgit.probe.interactive.callback import MAX_ADDRESS, Callback, Expected, read_callback

URI = "https://app.example.com/indicium/oauth-callback"
STATE = "the-state-of-this-login"
CODE = "the-code-of-this-login"
EXPECTED = Expected(URI, STATE)
GOOD = f"{URI}?code={CODE}&state={STATE}"
ISSUER = "https://login.example.com"
LOCAL = Expected("http://localhost/oauth-callback", STATE)
TENANT = Expected(f"{URI}?tenant=1&x=", STATE)


def read(address: str, expected: Expected = EXPECTED) -> tuple[str | None, str]:
    callback = read_callback(address, expected)
    return (callback.code.reveal() if callback.code else None, callback.error)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (GOOD, EXPECTED),
        (f"  {GOOD}\r\n", EXPECTED),
        (GOOD.replace("https://app", "HTTPS://APP"), EXPECTED),
        (GOOD.replace(".com/", ".com:443/"), EXPECTED),
        (f"{GOOD}&session_state=1&scope=openid", EXPECTED),
        (f"{GOOD}#_=_", EXPECTED),
        (f"{GOOD}#", EXPECTED),
        (f"{URI}?state={STATE}&code={quote(CODE)}", EXPECTED),
        (f"{GOOD}&iss={quote(ISSUER, safe='')}", EXPECTED._replace(issuer=ISSUER, needs_issuer=True)),
        (f"{GOOD}&iss=unknown", EXPECTED),
        (GOOD, EXPECTED._replace(issuer=ISSUER)),
        (f"http://localhost:80/oauth-callback?code={CODE}&state={STATE}", LOCAL),
        (f"http://[::1]:8080/cb?code={CODE}&state={STATE}", Expected("http://[::1]:8080/cb", STATE)),
        (f"https://app.example.com/?code={CODE}&state={STATE}", Expected("https://app.example.com", STATE)),
        (f"{URI}?tenant=1&x=&code={CODE}&state={STATE}", TENANT),
        (f"{URI}?code={CODE}&state={STATE}&x=&tenant=1", TENANT),
    ],
)
def test_answer_to_this_login_is_read(address: str, expected: Expected) -> None:
    assert read(address, expected) == (CODE, "")


def test_code_is_decoded_as_a_form() -> None:
    assert read(f"{URI}?code=4%2F0A%2Bb%20c&state={STATE}")[0] == "4/0A+b c"


def test_error_of_the_server_is_read_and_cut() -> None:
    assert read(f"{URI}?error=access_denied&error_description=no&state={STATE}") == (None, "access_denied")
    assert len(read(f"{URI}?error={'e' * 1000}&state={STATE}")[1]) == 64


FORGED = {
    "another path": (GOOD.replace("oauth-callback", "other"), EXPECTED, "redirect URI"),
    "a longer path": (GOOD.replace("oauth-callback", "oauth-callback/"), EXPECTED, "redirect URI"),
    "a path in capitals": (GOOD.replace("indicium", "Indicium"), EXPECTED, "redirect URI"),
    "another host": (GOOD.replace("app.", "evil."), EXPECTED, "redirect URI"),
    "a longer host": (GOOD.replace(".com/", ".com.evil.test/"), EXPECTED, "redirect URI"),
    "a user before a host": (GOOD.replace("app.example.com", "app.example.com@evil.test"), EXPECTED, "redirect URI"),
    "another port": (GOOD.replace(".com/", ".com:444/"), EXPECTED, "redirect URI"),
    "another scheme": (GOOD.replace("https", "http"), EXPECTED, "redirect URI"),
    "another loopback name": (
        f"http://127.0.0.1/oauth-callback?code={CODE}&state={STATE}",
        LOCAL,
        "redirect URI http://localhost/oauth-callback",
    ),
    "a path with dots": (GOOD.replace("/indicium", "/x/../indicium"), EXPECTED, "redirect URI"),
    "no address": (f"code={CODE}&state={STATE}", EXPECTED, "redirect URI"),
    "nothing": ("", EXPECTED, "redirect URI"),
    "another state": (GOOD.replace(STATE, "another"), EXPECTED, "state"),
    "a longer state": (f"{GOOD}x", EXPECTED, "state"),
    "no state": (f"{URI}?code={CODE}", EXPECTED, "no state"),
    "an error without state": (f"{URI}?error=access_denied", EXPECTED, "no state"),
    "two states": (f"{GOOD}&state={STATE}", EXPECTED, "state more than once"),
    "two codes": (f"{GOOD}&code=second", EXPECTED, "code more than once"),
    "two issuers": (f"{GOOD}&iss=a&iss=a", EXPECTED, "iss more than once"),
    "no code": (f"{URI}?state={STATE}", EXPECTED, "neither a code nor an error"),
    "an empty code": (f"{URI}?code=&state={STATE}", EXPECTED, "neither a code nor an error"),
    "code and error": (f"{GOOD}&error=access_denied", EXPECTED, "a code and an error"),
    "a code with a line break": (f"{URI}?code=a%0Ab&state={STATE}", EXPECTED, "characters that no code has"),
    "a code in the fragment": (f"{URI}#code={CODE}&state={STATE}", EXPECTED, "fragment"),
    "a fragment": (f"{GOOD}#top", EXPECTED, "fragment"),
    "a blank": (GOOD.replace("?", "? "), EXPECTED, "no address"),
    "an escape": (f"{GOOD}\x1b[31m", EXPECTED, "no address"),
    "another alphabet": (GOOD.replace("a", "а"), EXPECTED, "no address"),  # noqa: RUF001 - Cyrillic
    "two addresses": (f"{GOOD}\n{GOOD}", EXPECTED, "no address"),
    "too long": (f"{GOOD}&x={'a' * MAX_ADDRESS}", EXPECTED, "more than 16,384 characters"),
    "too many parameters": (f"{GOOD}{'&a=b' * 60}", EXPECTED, "more than 50 parameters"),
    "another issuer": (f"{GOOD}&iss=https://evil.test", EXPECTED._replace(issuer=ISSUER), "iss is not the issuer"),
    "an empty issuer": (f"{GOOD}&iss=", EXPECTED._replace(issuer=ISSUER), "iss is not the issuer"),
    "no issuer": (GOOD, EXPECTED._replace(issuer=ISSUER, needs_issuer=True), "no iss"),
    "no query of its own": (GOOD, TENANT, "query of the redirect URI"),
    "another tenant": (f"{URI}?tenant=2&x=&code={CODE}&state={STATE}", TENANT, "query of the redirect URI"),
}


@pytest.mark.parametrize("name", FORGED)
def test_other_address_is_refused_without_repeating_it(name: str) -> None:
    address, expected, words = FORGED[name]
    with pytest.raises(ValueError, match=words) as refused:
        read_callback(address, expected)
    text = str(refused.value)
    assert all(each not in text for each in (CODE, STATE, "evil"))


def test_code_is_not_in_the_repr() -> None:
    assert CODE not in repr(read_callback(GOOD, EXPECTED))
    assert isinstance(read_callback(GOOD, EXPECTED), Callback)
