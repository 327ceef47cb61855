"""Generate the files that other repositories include in their CI.

They are made from the templates of ``oauthgit init``.
"""

from typing import Final

from oauthgit import __version__
from oauthgit.scaffold import IMAGE, jobs

RELEASE: Final = __version__.removesuffix(".dev0")
"""The version that kits install; between releases it is the next one."""

_MADE = "# Made from oauthgit/scaffold/templates by pytest --update tests/house/test_docs.py."
_GITLAB = f"""\
{_MADE}
spec:
  inputs:
    version:
      description: The version of oauthgit on PyPI.
      default: "{RELEASE}"
      regex: ^[0-9]+(\\.[0-9]+)*([a-z.]+[0-9]+)*$
    directory:
      description: The folder that contains configs/, from the top of the repository.
      default: "."
    stage:
      description: The stage of the jobs.
      default: test
    image:
      description: The image of the jobs, with Python 3.11 or newer and git.
      default: {IMAGE}
---
"""
_AZURE = f"""\
{_MADE}
parameters:
  - name: version
    displayName: The version of oauthgit on PyPI
    type: string
    default: "{RELEASE}"
  - name: directory
    displayName: The folder that contains configs/, from the top of the repository
    type: string
    default: "."
  - name: defaultBranch
    displayName: The default branch, whose policy controls where secrets may go
    type: string
    default: main

"""


_PARAMETERS = {"branch": "defaultBranch"}


def kits() -> dict[str, str]:
    """Return the text of each kit by its path in this repository.

    The kits are a component of GitLab and a template of Azure Pipelines.
    """
    names = ("version", "directory", "stage", "image")
    return {
        "templates/oauthgit.yml": _GITLAB + jobs("gitlab", {name: f"$[[ inputs.{name} ]]" for name in names}),
        "kits/azure/oauthgit.yml": _AZURE
        + jobs("azure", {name: f"${{{{ parameters.{_PARAMETERS.get(name, name)} }}}}" for name in (*names, "branch")}),
    }
