"""Represent the files under configs/, as bytes, with the identity in their paths."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Name the kinds of document.

    Files of a provider are part of oauthgit; those of ``FOREIGN`` belong to other programs.
    """

    POLICY = "policy"
    BRANCH = "branch"
    RUNTIME_CONFIGURATION = "runtime_configuration"
    IAM_APPLICATION = "iam_application"
    SECRETS = "secrets"
    PROVIDER = "provider"
    SOPS_RULES = "sops_rules"
    WORKFLOW = "workflow"


LAYERS = (Kind.BRANCH, Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION)
"""The kinds that are merged, in the order of the merge; the last two are siblings."""

LONGEST = 100
"""So many branches at most stand on one another."""

ANYWHERE = "*/"
"""The beginning of the id of a layer whose kind and place are not known, only its name."""

TARGETS = (Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION)
"""The kinds that run, and that commands select by default."""


FOREIGN = (Kind.SOPS_RULES, Kind.WORKFLOW)
"""The kinds that other programs read and check: SOPS its creation rules, GitHub Actions its workflows."""


class File(NamedTuple):
    """Hold one file as it was read.

    ``layer`` is the id of the layer it states, such as ``iam_application/insights-prod``; a secrets file has the id
    of the layer next to it. ``identity`` maps each identity field to the value that the path requires.
    """

    path: str
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    content: bytes

    @property
    def is_shared(self) -> bool:
        """Return True for a file that applies to every layer.

        These are the policy, the creation rules of SOPS, and workflows.
        """
        return self.kind is Kind.POLICY or self.kind in FOREIGN


class Workspace(NamedTuple):
    """Hold all files of one ``configs/`` folder in a stable order.

    ``root`` is the absolute path of the folder that contains it.
    """

    root: str
    files: tuple[File, ...]


def anywhere(layer: str) -> str:
    """Return the id of a layer of which only the letters of its name are known."""
    return ANYWHERE + "".join(filter(str.isalnum, layer.rpartition("/")[2].lower()))
