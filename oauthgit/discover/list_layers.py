"""List layers by the paths of their files, without reading them."""

import os
from collections.abc import Iterator

from oauthgit.discover.layout import CONFIGS, FOLDERS, classify
from oauthgit.model.workspace import LAYERS, File


def list_layers(root: str) -> Iterator[File]:
    """Yield the layers below ``root`` whose names are valid, without contents.

    Links are not followed.
    """
    if os.path.islink(f"{root}/{CONFIGS}"):  # noqa: PTH114 - pathlib is not loaded for that
        return
    for folder in FOLDERS:
        for path, _, names in os.walk(f"{root}/{CONFIGS}/{folder}"):
            below = path[len(root) + 1 :].replace(os.sep, "/")
            for name in names:
                outcome = classify(f"{below}/{name}")
                if isinstance(outcome, File) and outcome.kind in LAYERS:
                    yield outcome
