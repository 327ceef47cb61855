"""A person with a browser, as far as HTTP goes: pages are followed and forms are sent until the redirect URI is reached."""

import re
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_MOST = 12
_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r'action="([^"]*)"')
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(name|value|type)="([^"]*)"')
_ABORT = re.compile(r'href="([^"]*/abort)"')


class Person:
    """Log in and consent at the pages of oidc-provider; ``denies`` follows the link that cancels."""

    def __init__(self, *, denies: bool = False) -> None:
        self.denies = denies
        self.cookies: dict[str, str] = {}

    def follow(self, url: str, redirect_uri: str) -> str:
        """Return the address at the redirect URI that the server sends the browser to."""
        form: dict[str, str] | None = None
        for _ in range(_MOST):
            status, location, page = self._fetch(url, form)
            form = None
            if 300 <= status < 400:
                url = urljoin(url, location)
                if url.startswith(redirect_uri):
                    return url
            elif self.denies and (found := _ABORT.search(page)):
                url = urljoin(url, found[1])
            else:
                url, form = self._fill(url, page)
        raise AssertionError(f"no redirect to {redirect_uri} after {_MOST} pages")

    def _fill(self, url: str, page: str) -> tuple[str, dict[str, str]]:
        form = _FORM.search(page)
        assert form, page
        fields = [dict(_ATTRIBUTE.findall(each)) for each in _INPUT.findall(form[0])]
        values = {each["name"]: unescape(each.get("value", "")) or "person" for each in fields if "name" in each}
        action = _ACTION.search(form[0])
        return urljoin(url, unescape(action[1])) if action else url, values

    def _fetch(self, url: str, form: dict[str, str] | None) -> tuple[int, str, str]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", target, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        connection.close()
        return answer.status, answer.headers.get("Location", ""), page
