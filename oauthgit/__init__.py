"""OAuth settings as YAML in git: validated, merged, explained, proven.

``oauthgit.load()`` runs the same pipeline as ``oauthgit validate`` and returns a typed :class:`~oauthgit.pipeline.Project`.
"""

TYPE_CHECKING = False  # as typing has it, which is not loaded for that
if TYPE_CHECKING:
    from oauthgit.pipeline import load as load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> object:
    """Import the pipeline when it is asked for: naming the package costs nothing."""
    if name == "load":
        from oauthgit.pipeline import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
