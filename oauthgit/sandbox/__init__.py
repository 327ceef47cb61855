"""The sandbox: an authorization server on loopback that knows every effective client."""
