"""Find the columns that trusted policies map, so that no secret is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from oauthgit.model.project import Project


def grant_own(project: Project) -> Mapping[str, str]:
    """Return the columns that the project's own policy maps."""
    columns: Mapping[str, str] = project.policy["platform"]["columns"]
    return columns


def grant(ours: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the platform's part of a policy, with the columns that all map alike."""
    columns = {
        name: header
        for name, header in ours["platform"]["columns"].items()
        if all(each["platform"]["columns"].get(name) == header for each in granted)
    }
    return {**ours["platform"], "columns": columns}
