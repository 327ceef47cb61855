"""Escaping text from outside."""

import sys
from time import perf_counter
from unicodedata import category

import pytest

from oauthgit.model.formats.sanitize import escape, mask, redact_urls

HIDDEN = [(0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)]
HIDDEN += [(0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF), (0xE0000, 0xE007F)]
PLAIN = "Müller 客户 🔑 ok"


def test_hidden_and_controlling_characters_become_escapes() -> None:
    assert escape("a\x1b[31m\u202e\n\r\t\x85\u2028\ufeff\U000e0041\ud800") == (
        "a\\x1b[31m\\u202e\\n\\r\\t\\x85\\u2028\\ufeff\\U000e0041\\ud800"
    )
    assert escape(PLAIN) == PLAIN


def test_control_characters_are_never_printable() -> None:
    controlling = [each for each in map(chr, range(sys.maxunicode + 1)) if category(each) in {"Cc", "Cs", "Zl", "Zp"}]
    hidden = [chr(each) for first, last in HIDDEN for each in range(first, last + 1)]
    assert [each for each in controlling + hidden if escape(f"a{each}") == f"a{each}"] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://user:hunter2@host/x", "https://***@host/x"),
        ("https://user:hun@ter2@host/x", "https://***@host/x"),
        ("https://host/x?client_secret=hunter2&scope=a", "https://host/x?client_secret=***&scope=a"),
        ("https://host/x?a=1;access_token=hunter2", "https://host/x?a=1;access_token=***"),
        ("https://host/x#API_KEY=hunter2", "https://host/x#API_KEY=***"),
        ("https://host/mail@example.com", "https://host/mail@example.com"),
    ],
)
def test_credentials_in_urls_are_redacted(given: str, expected: str) -> None:
    assert redact_urls(given) == expected
    assert len(mask(given)) == len(given)
    assert "hunter2" not in mask(given)


@pytest.mark.parametrize("text", ["?" * 50_000, "://" * 20_000, "?a" * 20_000, "://a@" * 10_000, "?secret" * 10_000])
def test_long_hostile_text_is_escaped_quickly(text: str) -> None:
    began = perf_counter()
    redact_urls(text)
    mask(text)
    assert perf_counter() - began < 2
