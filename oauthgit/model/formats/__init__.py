"""Formats of others, read as data: URLs, JSON Pointer, SOPS, GitHub workflows; pure functions that need no noun of ours."""
