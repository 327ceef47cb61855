"""Digests that tell whether two things are the same."""

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL first
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b", "short"]


def short(text: str) -> int:
    """Return a number of eight bytes that stands for a text; others have the same one only by a rare chance."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())
