"""Keep the evaluations of the last check in memory, for a language server."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import File, Workspace

if TYPE_CHECKING:
    from oauthgit.pipeline.engine import Context, EvaluateFiles
    from oauthgit.pipeline.engine.chains import Chains

_Key = tuple[tuple[str, bytes], ...]


class Recent:
    """Hold the evaluations of the last check by path and content of their files.

    They are dropped if a shared file, the list of layers or the day is another one.
    """

    def __init__(self) -> None:
        self._given: Any = None
        self._known: dict[_Key, Evaluation] = {}

    def reuse(self, evaluate: "EvaluateFiles", workspace: Workspace, context: "Context") -> "EvaluateFiles":
        """Return ``evaluate`` with the results of the last check, for one check."""
        given = context.given, _key([file for file in workspace.files if file.is_shared])
        before = self._known if given == self._given else {}
        now: dict[_Key, Evaluation] = {}
        self._given, self._known = given, now

        def evaluate_changed(lists: Sequence[Sequence[File]]) -> list[Evaluation]:
            wanted = {_key(files): files for files in lists}
            missing = {key: files for key, files in wanted.items() if key not in before and key not in now}
            now.update((key, before[key]) for key in wanted if key in before)
            now.update(zip(missing, evaluate([*missing.values()]) if missing else (), strict=True))
            return [now[_key(files)] for files in lists]

        return evaluate_changed

    def find(self, chains: "Chains", workspace: Workspace, today: str) -> Evaluation:  # noqa: ARG002 - as of Cache
        """Return nothing: all layers are evaluated, from what is known."""
        return Evaluation(())

    def put(self, chains: "Chains", whole: Evaluation) -> None:
        """Ignore the facts of a run: its parts are known."""


def _key(files: Sequence[File]) -> _Key:
    return tuple((file.path, file.content) for file in files)
