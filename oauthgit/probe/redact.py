"""Nothing that was just sent comes back into a report: servers echo what they are given."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from oauthgit.model.credential import Credential
from oauthgit.probe.requests import basic

_LONGEST = 64


def redact(text: str, sent: Iterable[Credential]) -> str:
    """Return a word of an answer without the secrets that were sent to the server.

    What is left is printable ASCII, 64 characters at most. A secret is found in every encoding in which it was sent or in
    which servers are known to echo: percent-encoded, base64, hexadecimal, JSON, HTML; letters' case does not matter.
    """
    for credential in sent if text else ():
        forms = sorted(filter(None, set(_forms(credential))), key=len, reverse=True)
        text = re.sub("|".join(map(re.escape, forms)), "***", text, flags=re.IGNORECASE)
        text = re.sub(r"[^\x20-\x7e]", "?", text)[:_LONGEST]
    return text


def _forms(credential: Credential) -> Iterator[str]:
    secret = credential.secret.reveal()
    yield basic(credential.client_id, secret)
    for text in (secret, quote(secret, safe=""), f"{credential.client_id}:{secret}"):
        yield from (text, quote(text, safe=""), quote(text), quote_plus(text))
        yield from (html.escape(text), html.escape(text).replace("&#x27;", "&#39;"), html.escape(text, quote=False))
        yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1])
        yield text.encode().hex()
        for encoded in (base64.b64encode(text.encode()), base64.urlsafe_b64encode(text.encode())):
            yield from (encoded.decode(), encoded.decode().rstrip("="), quote(encoded.decode(), safe=""))
