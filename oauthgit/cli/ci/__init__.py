"""Detect the CI system of a run, and read its facts about the run."""

from oauthgit.cli.ci.detect import detect, detect_here, is_ci, is_hook, shard_of

__all__ = ["detect", "detect_here", "is_ci", "is_hook", "shard_of"]
