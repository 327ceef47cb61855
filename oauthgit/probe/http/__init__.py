"""Send single requests to checked addresses, limited in time and size."""

from oauthgit.probe.http.client import HttpClient

__all__ = ["HttpClient"]
