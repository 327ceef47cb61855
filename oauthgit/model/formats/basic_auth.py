"""Find credentials that are not safe in a Basic Auth header."""


def needs_encoding(text: str) -> bool:
    """Return True if clients and servers encode ``text`` differently in the header.

    RFC 6749 section 2.3.1 requires both parts to be form-encoded first (appendix B), and many programs do not do
    it. Then a colon separates them in the wrong place. Plus, percent, ampersand, equals sign, blank and non-ASCII
    characters change.
    """
    return not text.isascii() or not set(text).isdisjoint(":%+&= ")
