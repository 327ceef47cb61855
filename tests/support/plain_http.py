"""Plain requests to test servers, and parsed answers."""

import base64
import http.client
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

BASIC, POST = "client_secret_basic", "client_secret_post"


class Answer(NamedTuple):
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def error(self) -> Any:
        return json.loads(self.body).get("error")

    @property
    def sent_back(self) -> tuple[str, str]:
        """The target of a redirect, and the error it carries."""
        uri, _, query = self.headers["Location"].partition("?")
        return uri, parse_qs(query)["error"][0]


def ask(url: str, form: Mapping[str, str] | None = None, timeout: float = 10, **headers: str) -> Answer:
    """Get a URL, or post a form to it, over a connection of its own."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.netloc, timeout=timeout)
    try:
        body = None if form is None else urlencode(form)
        kind = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        kind["Connection"] = "close"
        connection.request("GET" if form is None else "POST", f"{at.path}?{at.query}", body, kind | headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def basic(client: str, secret: str) -> str:
    """Write a Basic header with id and secret unchanged."""
    return f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}"


def token(url: str, form: Mapping[str, str], client: str, secret: str, method: str = BASIC) -> Answer:
    """Send a token request; in Basic, client and secret are percent-encoded."""
    if method == POST:
        return ask(url, {**form, "client_id": client, "client_secret": secret})
    return ask(url, form, Authorization=basic(quote(client, safe=""), quote(secret, safe="")))
