"""Remove sent secrets from answers, because servers echo their input."""

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
    """Return an error code of an answer without the secrets in ``sent``.

    The result is printable ASCII, at most 64 characters. Secrets are found in all encodings in which they are sent or in
    which servers are known to echo them: percent-encoding, base64, hexadecimal, JSON and HTML. Case is ignored.
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
