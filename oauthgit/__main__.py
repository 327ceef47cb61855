"""Run the program as ``python -m oauthgit``."""

from oauthgit.cli import entry

entry()
