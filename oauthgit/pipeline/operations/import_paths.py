"""Name the files of new layers, and check their names."""

from collections.abc import Mapping

from oauthgit.discover.layout import CONFIGS, FOLDERS, SIZE, classify, report_too_large, sort_outcomes
from oauthgit.model.finding import Finding
from oauthgit.model.layer_plan import LayerPlan
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Workspace


def path_of(plan: LayerPlan) -> str:
    """Return the path of a new layer."""
    folder, fields = next((folder, fields) for folder, (kind, fields) in FOLDERS.items() if kind is plan.kind)
    return "/".join((CONFIGS, folder, *(plan.members[field] for field in fields))) + ".yaml"


def check_paths(
    plans: Mapping[str, LayerPlan], contents: Mapping[str, tuple[bytes | None, bytes]], workspace: Workspace
) -> list[Finding]:
    """Return the findings about new paths, at the rows that need them."""
    outcomes = {path: classify(path) for path in plans}
    files = [each for each in outcomes.values() if isinstance(each, File)]
    sizes = {path: len(contents[path][1]) for path in plans}
    found = [
        *(report_too_large(path, size) for path, size in sizes.items() if size > SIZE),
        *(each for each in outcomes.values() if isinstance(each, Finding)),
        *sort_outcomes([*workspace.files, *files])[1],
        *(
            Finding("OG118", "a name has a slash, so it cannot be that of a file", Location(file.path))
            for file in files
            if file.layer != plans[file.path].layer
        ),
    ]
    errors = []
    for each in found:
        near = (path for path in plans if path == each.location.file or path.startswith(f"{each.location.file}/"))
        path = next(near, None)
        if path is not None:
            errors.append(each._replace(location=plans[path].rows[0].locate(), related=()))
    return errors
