"""What lies under configs/: files as bytes, each with the kind and the identity that its path promises."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds of document; the provider's are ours, those of ``FOREIGN`` belong to other programs."""

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

TARGETS = (Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION)
"""The kinds that run and are asked for by default."""


FOREIGN = (Kind.SOPS_RULES, Kind.WORKFLOW)
"""The kinds that other programs read and check: SOPS its creation rules, GitHub Actions its workflows."""


class File(NamedTuple):
    """One file as it was read.

    ``layer`` is the id of the layer it states, such as ``iam_application/insights-prod``; a secrets file has the id of
    the layer beside it. ``identity`` maps each identity field to the value that the path demands.
    """

    path: str
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    content: bytes

    @property
    def is_shared(self) -> bool:
        """Whether the file concerns every layer: the policy, the creation rules of SOPS, a workflow."""
        return self.kind is Kind.POLICY or self.kind in FOREIGN


class Workspace(NamedTuple):
    """All files of one ``configs/`` folder, in a stable order; ``root`` is the absolute folder that holds it."""

    root: str
    files: tuple[File, ...]
