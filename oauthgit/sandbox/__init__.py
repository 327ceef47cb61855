"""Serve an authorization server on loopback that has every effective client."""

from oauthgit.sandbox.server import Sandbox, start
from oauthgit.sandbox.tenant import Endpoints

__all__ = ["Endpoints", "Sandbox", "start"]
