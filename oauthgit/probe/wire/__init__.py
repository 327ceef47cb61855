"""Send single requests to checked addresses, limited in time and size."""

from oauthgit.probe.wire.exchange import Wire

__all__ = ["Wire"]
