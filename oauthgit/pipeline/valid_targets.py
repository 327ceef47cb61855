"""Which targets of a state say what they say: those of which every file could be read, and every value taken as it stands."""

from oauthgit.discover.placing import placed
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, File, Kind
from oauthgit.pipeline.resolve import Assembled


def layers(state: Assembled) -> set[str]:
    """Return the layers that there are, those included whose file could not be read."""
    files = (*state.workspace.files, *unread(state))
    return {file.layer for file in files if file.kind in LAYERS}


def sound(state: Assembled) -> dict[str, Settings]:
    """Return the targets of which every file says what it says: a secret that cannot be read is not one taken away."""
    usable = {document.file for document in state.documents if not document.doubtful}
    secrets = (file for file in state.workspace.files if file.kind is Kind.SECRETS and file.path not in usable)
    wrong = {file.layer for file in (*secrets, *unread(state))}
    return {
        settings.target: settings
        for settings in state.targets
        if settings.sound and wrong.isdisjoint(reference.layer for reference in settings.chain)
    }


def unread(state: Assembled) -> list[File]:
    """Return the files that were found and could not be read, such as links, as what their paths promise."""
    read = {file.path for file in state.workspace.files}
    missing = {finding.location.file for finding in state.findings} - read
    return [file for file in map(placed, sorted(missing)) if isinstance(file, File)]
