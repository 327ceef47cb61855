"""Compute digests for comparisons."""

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL first
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b", "short"]


def short(text: str) -> int:
    """Return the digest of a text, a number of eight bytes; collisions are very rare."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())
