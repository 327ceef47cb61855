"""Put the page together: head, policy for the browser, style and script."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from oauthgit.report.html.markup import Markup, element, join, text

_FOLDER: Final = Path(__file__).parent
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' "
    "rx='3' fill='%230b5cad'/%3E%3Cpath d='M4 8l3 3 5-6' stroke='%23fff' stroke-width='2' fill='none'/%3E%3C/svg%3E"
)


def write_document(title: str, main: str) -> str:
    """Return the whole page; nothing in it can load anything or send a form."""
    style, script = _read("page.css"), _read("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = join(
        (
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            Markup(f'<link rel="icon" href="{text(_ICON)}">'),
            element("title", title),
        )
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>{head}\n<style>{style}</style>\n</head>\n'
        f"<body>\n{main}\n<script>{script}</script>\n</body>\n</html>\n"
    )


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
