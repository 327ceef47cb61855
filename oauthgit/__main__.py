"""``python -m oauthgit``: the same as the program."""

from oauthgit.cli import entry

entry()
