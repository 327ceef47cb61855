"""The wire: one request out, one answer or failure back, to a checked address and within its time and size."""

from oauthgit.probe.wire.exchange import Wire

__all__ = ["Wire"]
