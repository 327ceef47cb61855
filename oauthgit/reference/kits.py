"""Generate the files that other repositories include in their CI.

They are made from the templates of ``oauthgit init``.
"""

from oauthgit.scaffold import IMAGE, jobs

_SOURCE = "The source of oauthgit for pip, git+ADDRESS@COMMIT, with the full hash of a commit"
_MADE = "# Made from oauthgit/scaffold/templates by pytest --update tests/house/test_docs.py."
_GITLAB = f"""\
{_MADE}
spec:
  inputs:
    source:
      description: {_SOURCE}.
      regex: ^git\\+(https|ssh)://[A-Za-z0-9._~:/%@-]+@[0-9a-f]{{40}}$
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
  - name: source
    displayName: {_SOURCE}
    type: string
  - name: directory
    displayName: The folder that contains configs/, from the top of the repository
    type: string
    default: "."
  - name: defaultBranch
    displayName: The default branch, whose policy controls where secrets may go
    type: string
    default: main

"""


def kits() -> dict[str, str]:
    """Return the text of each kit by its path in this repository.

    The kits are a component of GitLab and a template of Azure Pipelines.
    """
    component = {name: f"$[[ inputs.{name} ]]" for name in ("directory", "stage", "image")}
    parameters = {"directory": "${{ parameters.directory }}", "branch": "${{ parameters.defaultBranch }}"}
    return {
        "templates/oauthgit.yml": _GITLAB + jobs("gitlab", {"pin": " @ $[[ inputs.source ]]", **component}),
        "kits/azure/oauthgit.yml": _AZURE + jobs("azure", {"pin": " @ ${{ parameters.source }}", **parameters}),
    }
