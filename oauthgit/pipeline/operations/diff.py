"""From two states of a repository to what differs between them; neither is checked out."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

from oauthgit import rules
from oauthgit.compare import compare
from oauthgit.discover import discover
from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.placing import CONFIGS, is_yaml
from oauthgit.discover.sparse import refuse_sparse
from oauthgit.merge import parent_of
from oauthgit.merge.size import TooManyServersError
from oauthgit.model.difference import Differences, Link, Seal, Side
from oauthgit.model.display import printable, shown
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.pointer import join
from oauthgit.model.settings import SecretReference, Settings, Stated
from oauthgit.model.workspace import LAYERS, Kind, Workspace
from oauthgit.pipeline.check import Project, UnusableError, load, loaded, unjudged
from oauthgit.pipeline.engine.unchanged import unchanged
from oauthgit.pipeline.evaluate import Judged, is_closed, judged_of
from oauthgit.pipeline.operations.base_review import base_unread
from oauthgit.pipeline.operations.narrow import SERVERS
from oauthgit.pipeline.operations.policy_loosened import doors, grades, weaker
from oauthgit.pipeline.operations.secret_ciphertexts import as_it_lies
from oauthgit.pipeline.operations.secrets_review import changes
from oauthgit.pipeline.resolve import Assembled, assembled, layers_of
from oauthgit.pipeline.valid_targets import layers, sound
from oauthgit.triage import Choice, triage

WORKING_TREE: Final = "the working tree"
_SPECIAL: Final = "OG115"
_DIGITS: Final = 8


class Ends(NamedTuple):
    """What is compared: two commits, the later one None for the working tree; ``name`` is how the base is called."""

    base: Commit
    head: Commit | None = None
    name: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """Return how both are called."""
        return self.name or self.base.ref, self.head.ref if self.head else WORKING_TREE


class Compared(NamedTuple):
    """What differs, and the later state."""

    differences: Differences
    project: Project


def ancestor(base: Commit, head: Commit) -> str:
    """Return the hash of the commit where ``head`` left ``base``.

    Raises:
        UnusableError: There is none, or the history is not here.

    """
    try:
        return base.merge_base(head)
    except GitError as error:
        raise UnusableError(f"nothing was compared: {error}") from None


def compared(ends: Ends, choice: Choice) -> Compared:
    """Return what differs between two states of a project.

    A file that is the same on both sides is read once. Rules are asked only where a target cannot be compared, to say why.

    Raises:
        UnusableError: A commit cannot be read.

    """
    began, repository = perf_counter(), ends.base.repository
    try:
        later = discover_in(ends.head) if ends.head else discover(repository.root)
        now = {file.path: file.content for file in later[0].files}
        earlier = discover_in(ends.base, now)
        if not ends.head:
            refuse_sparse(repository, {file.path for file in earlier[0].files} - now.keys())
    except GitError as error:
        raise UnusableError(f"nothing was compared: {error}") from None
    _refuse_unread(earlier[1], later[1], ends)
    try:
        before, after, same = _states(earlier, later)
    except TooManyServersError:
        raise UnusableError(
            f"nothing was compared: the models that differ have more than {SERVERS:,} OAuth servers in all targets "
            "together, which is too large for one run; oauthgit effective TARGET, once in each commit, shows one of them"
        ) from None
    was, project = _project(before, earlier, Choice(), same), _project(after, later, choice, same)
    found = differences(before, after, was.broken, project.broken)
    base, head = ends.names
    return Compared(found._replace(base=base, head=head), project._replace(seconds=perf_counter() - began))


def _refuse_unread(earlier: Sequence[Finding], later: Sequence[Finding], ends: Ends) -> None:
    """Refuse to compare with a folder that is a link or a submodule: all in it would seem to be new, or gone."""
    before, after = ({each.location.file for each in side if each.code == _SPECIAL} for side in (earlier, later))
    unread = {path for path in before ^ after if not is_yaml(path)} | ({CONFIGS} & (before | after))
    if unread:
        path = min(unread)
        where = [name for name, side in zip(ends.names, (before, after), strict=True) if path in side]
        raise UnusableError(
            f"nothing was compared: {printable(path)} is a link or a submodule in {shown(' and in '.join(where))}, so what "
            "it holds there is not in this repository (OG115)"
        )


def uncompared(root: Path, base: str, error: UnusableError) -> tuple[Differences, Project, tuple[Finding, ...]]:
    """Return what there is to report where the base that CI names cannot be read: that nothing was compared, and why."""
    found = base_unread(error, "what targets run with since the base, and what was done to secrets files")
    name = base.removeprefix("refs/remotes/")
    nothing = Differences(name, WORKING_TREE, (), (), (), unread="nothing was compared, for the base cannot be read")
    return nothing, load(root), triage([found], Choice(), rules.load, {})


def differences(
    before: Assembled, after: Assembled, broken_before: Mapping[str, str], broken_after: Mapping[str, str]
) -> Differences:
    """Return what differs between two states; ``broken`` says of targets why they do not hold together."""
    rewritten = {path for path, _ in before.readings.keys() ^ after.readings.keys()}
    loosened = [each for found in (doors, grades, weaker) for each in found(before.policy, after.policy)]
    changed = {file.layer for side in (before, after) for file in side.workspace.files if file.path in rewritten}
    now = _side(after, rewritten, "after", broken_after)
    return compare(
        _side(before, rewritten, "before", broken_before),
        now._replace(rewritten=changed, loosened=frozenset(each.pointer for each in loosened)),
    )


def _states(
    earlier: tuple[Workspace, list[Finding]], later: tuple[Workspace, list[Finding]]
) -> tuple[Assembled, Assembled, Sequence[Judged]]:
    """Put two states together, but for the islands that are the same in both; return what there is to know of these.

    An application may say in a way of its own which island it stands on; if that is one of these, all is put together.
    """
    same = unchanged(earlier[0], later[0])
    whole = [layers_of(side.files) for side, _ in (earlier, later)]
    after = assembled(same.after, later[1], layers=whole[1], most=SERVERS)
    before = assembled(same.before, earlier[1], after.today, known=after.readings, layers=whole[0], most=SERVERS)
    closed = (is_closed([judged_of(state, [], ())], there) for state, there in zip((before, after), whole, strict=True))
    if not same.islands or all(closed):
        return before, after, same.islands
    after = assembled(*later, most=SERVERS)
    return assembled(*earlier, after.today, known=after.readings, most=SERVERS), after, ()


def _project(
    state: Assembled, files: tuple[Workspace, list[Finding]], choice: Choice, same: Sequence[Judged]
) -> Project:
    """Return the project that a state is: judged by the rules if a layer of it does not hold together, else by none.

    ``same`` is what there is to know of the islands that were not put together.
    """
    if layers(state) == sound(state).keys():
        return unjudged(state, files[0], same)
    return loaded(*files, choice=choice, today=state.today)


def suspicions(project: Project, base: Commit, choice: Choice) -> tuple[Finding, ...]:
    """Return what the later state did to secrets files since the commit ``base`` (OG706, OG708, OG709).

    Raises:
        UnusableError: The commit cannot be read.

    """
    return triage(changes(project, base), choice._replace(rules={}), rules.load, {})


def _side(project: Assembled, rewritten: Collection[str], when: str, broken: Mapping[str, str]) -> Side:
    documents = {document.file for document in project.documents}
    there = {document.layer: document for document in project.documents if document.kind in LAYERS}
    targets = sound(project)
    return Side(
        targets=targets,
        unknown=_unknown(project, targets, broken),
        links={layer: Link(parent_of(document), _link(document)) for layer, document in there.items()},
        seals=_seals(project, {file: when if file in rewritten else "" for file in documents}),
        policy=project.policy,
        policy_document=next((each for each in project.documents if each.kind is Kind.POLICY), None),
    )


def _unknown(project: Assembled, sound: Mapping[str, Settings], broken: Mapping[str, str]) -> dict[str, str]:
    """Return why the targets that have no settings, or not all of them, cannot be compared."""
    otherwise = "its layers have errors; oauthgit validate names them"
    return {layer: broken.get(layer, otherwise) for layer in layers(project) - sound.keys()}


def _link(document: Document) -> Stated:
    return Stated(document.file, document.marks, join("origin" if document.kind is Kind.BRANCH else "branch"))


def _seals(project: Assembled, plain: Mapping[str, str]) -> dict[SecretReference, Seal]:
    """Return the seals of all secrets; ``plain`` stands for those in plain text, by file, for they are never read."""
    documents = {document.file: document for document in project.documents}
    seals = {}
    for settings in project.targets:
        for setting in settings.settings.values():
            for origin in (setting.origin, *setting.replaced):
                secret = origin.value
                if isinstance(secret, SecretReference) and secret not in seals:
                    held = as_it_lies(secret, documents[secret.file])
                    fingerprint = plain[secret.file] if secret.state == "plain" else _fingerprint(held.secret)
                    seals[secret] = Seal(fingerprint, _fingerprint(held.pin), _fingerprint(held.layer))
    return seals


def _fingerprint(ciphertext: Any) -> str:
    """Return the beginning of a digest of ciphertext, empty for what is none."""
    texts = ciphertext if isinstance(ciphertext, list) else [ciphertext]
    if not all(isinstance(text, str) for text in texts):
        return ""
    return sha256("\n".join(texts).encode(errors="surrogateescape")).hexdigest()[:_DIGITS]
