"""The Basic Auth header of a client: which credentials do not survive it everywhere."""


def troublesome(text: str) -> bool:
    """Tell whether ``text`` holds a character that clients and servers put into a Basic Auth header differently.

    RFC 6749 section 2.3.1 has both halves form-encoded first (appendix B), which many leave out: then a colon parts them
    in the wrong place, and plus, percent, ampersand, equals sign, blank and what is not ASCII become something else.
    """
    return not text.isascii() or not set(text).isdisjoint(":%+&= ")
