"""Validate, merge, explain and test OAuth settings kept as YAML in git.

``oauthgit.load()`` runs the same pipeline as ``oauthgit validate`` and returns a typed :class:`~oauthgit.pipeline.Project`.
"""

TYPE_CHECKING = False  # as in typing, which takes time to load
if TYPE_CHECKING:
    from oauthgit.pipeline import load as load

__version__ = "0.1.0.dev0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> object:
    """Import the pipeline at the first access, so that importing the package is fast."""
    if name == "load":
        from oauthgit.pipeline import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
