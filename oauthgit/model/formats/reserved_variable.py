"""List the environment variables that are never read as a client secret.

A layer chooses the variable (``{from_env: NAME}``), and its value is sent to a token endpoint. So a variable is
rejected if it contains a credential of a CI system, a key service or a package registry, or decides which programs run.
The schemas reject it, with a pattern made from the two tuples below, and so does the code that reads variables.
"""

import re
from functools import cache
from typing import Final

RESERVED_PREFIXES: Final = (
    # SOPS; GitHub, its runner and inputs of actions; GitLab; Azure Pipelines
    *("SOPS_", "GITHUB_", "ACTIONS_", "RUNNER_", "INPUT_"),
    *("CI_", "GITLAB_", "SYSTEM_", "ENDPOINT_AUTH_", "SECUREFILE_"),
    # other CI systems
    *("JENKINS_", "CIRCLE_", "BITBUCKET_", "BUILDKITE_", "WOODPECKER_", "DRONE_", "TEAMCITY_", "TRAVIS_", "APPVEYOR_"),
    *("CODEBUILD_", "GITEA_", "FORGEJO_"),
    # settings of package managers and tools, credentials included
    *("NPM_CONFIG_", "PIP_", "UV_", "POETRY_", "TWINE_", "BUNDLE_", "CARGO_REGISTRY_", "CARGO_REGISTRIES_"),
    *("TF_TOKEN_", "OP_SESSION_"),
    # agents with keys, and settings that decide which programs and libraries run
    *("SSH_", "GPG_", "GIT_", "LD_", "DYLD_"),
)
"""Prefixes of reserved names."""

RESERVED_NAMES: Final = (
    # CI systems
    *("CI", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GL_TOKEN"),
    *("AZP_TOKEN", "AZURE_DEVOPS_EXT_PAT", "VSS_NUGET_ACCESSTOKEN"),
    *("VSS_NUGET_EXTERNAL_FEED_ENDPOINTS", "HUDSON_COOKIE", "CODECOV_TOKEN", "SONAR_TOKEN", "RENOVATE_TOKEN"),
    # clouds and their key services
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"),
    *("AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"),
    *("AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_CREDENTIALS", "AZURE_CLIENT_CERTIFICATE_PATH"),
    *("AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_FEDERATED_TOKEN", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_STORAGE_KEY"),
    *("AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_SAS_TOKEN", "ARM_CLIENT_SECRET", "ARM_ACCESS_KEY"),
    *("ARM_OIDC_TOKEN", "IDENTITY_HEADER", "MSI_SECRET", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS"),
    *("GOOGLE_OAUTH_ACCESS_TOKEN", "GCP_SA_KEY", "GCLOUD_SERVICE_KEY", "CLOUDSDK_AUTH_ACCESS_TOKEN"),
    *("CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    *("DIGITALOCEAN_ACCESS_TOKEN", "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "HCLOUD_TOKEN", "HEROKU_API_KEY"),
    *("FLY_API_TOKEN", "LINODE_TOKEN", "OCI_CLI_KEY_CONTENT", "IBMCLOUD_API_KEY", "SCW_SECRET_KEY", "OS_PASSWORD"),
    # stores of secrets
    *("VAULT_TOKEN", "VAULT_SECRET_ID", "VAULT_ROLE_ID", "VAULT_CLIENT_KEY", "BAO_TOKEN", "CONSUL_HTTP_TOKEN"),
    *("NOMAD_TOKEN", "DOPPLER_TOKEN", "INFISICAL_TOKEN", "OP_SERVICE_ACCOUNT_TOKEN", "OP_CONNECT_TOKEN", "BW_SESSION"),
    *("BW_CLIENTSECRET", "BW_PASSWORD", "BWS_ACCESS_TOKEN", "CONJUR_AUTHN_API_KEY", "AKEYLESS_ACCESS_KEY"),
    # keys
    *("AGE_KEY", "AGE_SECRET_KEY", "AGE_PRIVATE_KEY", "AGE_IDENTITY", "AGE_PASSPHRASE", "PGP_PRIVATE_KEY"),
    *("PGP_PASSPHRASE", "GNUPGHOME", "COSIGN_PASSWORD", "COSIGN_PRIVATE_KEY", "KRB5CCNAME", "NETRC"),
    # registries of packages and images, and services of a build
    *("NPM_TOKEN", "NODE_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN", "PYPI_TOKEN", "PYPI_API_TOKEN", "HATCH_INDEX_AUTH"),
    *("FLIT_PASSWORD", "DOCKER_AUTH_CONFIG", "DOCKER_CONFIG", "DOCKER_PASSWORD", "DOCKER_TOKEN", "DOCKERHUB_TOKEN"),
    *("DOCKER_HUB_TOKEN", "REGISTRY_AUTH_FILE", "NUGET_API_KEY", "NUGET_AUTH_TOKEN", "GEM_HOST_API_KEY"),
    *("RUBYGEMS_API_KEY", "COMPOSER_AUTH", "HOMEBREW_GITHUB_API_TOKEN", "MAVEN_PASSWORD", "OSSRH_PASSWORD"),
    *("ARTIFACTORY_PASSWORD", "ARTIFACTORY_API_KEY", "SNYK_TOKEN", "SENTRY_AUTH_TOKEN", "HF_TOKEN", "TFE_TOKEN"),
    *("PULUMI_ACCESS_TOKEN", "KUBECONFIG"),
    # no secrets: they decide which programs and libraries run and how they connect, or describe the machine
    *("PATH", "PATHEXT", "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "USER", "USERNAME", "LOGNAME", "SHELL"),
    *("COMSPEC", "PWD", "OLDPWD", "TMPDIR", "TEMP", "TMP", "HOSTNAME", "IFS", "ENV", "BASH_ENV", "PROMPT_COMMAND"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "NODE_OPTIONS", "PERL5OPT", "PERL5LIB", "RUBYOPT", "RUBYLIB"),
    *("JAVA_TOOL_OPTIONS", "EDITOR", "VISUAL", "PAGER", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
)
"""Complete reserved names."""

SHAPE: Final = "^[A-Za-z_][A-Za-z0-9_]*$"
"""The form of a variable's name."""
WHY: Final = (
    "such a variable holds a credential of a CI system or a key service, or decides which programs run, and its value "
    "would be sent to the token endpoint"
)
REMEDY: Final = "Put the client's secret into a variable of its own, such as CRM_CLIENT_SECRET, and name that."

_OPENING: Final = "^(?!"
_NAMES: Final = frozenset(RESERVED_NAMES)


def reserved_entry(name: str) -> str:
    """Describe the entry that reserves ``name``; return an empty text if it is free.

    Case is ignored.
    """
    upper = name.upper()
    if upper in _NAMES:
        return f"the variable {upper}"
    prefix = next(filter(upper.startswith, RESERVED_PREFIXES), None)
    return f"a variable that begins with {prefix}" if prefix else ""


def is_free_variable(text: str) -> bool:
    """Return True if :func:`variable_pattern` matches, without its slow compilation.

    It takes a thousandth of the time.
    """
    return bool(re.search(SHAPE, text)) and not reserved_entry(text.removesuffix("\n"))


def is_variable_pattern(pattern: str) -> bool:
    """Return True for :func:`variable_pattern`.

    No other pattern of the schemas starts with a lookahead.
    """
    return pattern.startswith(_OPENING)


@cache
def variable_pattern() -> str:
    """Return the pattern of names that are not reserved, in any case.

    JSON Schema has no flag to ignore case.
    """
    starts, names = ("|".join(map(_any_case, entries)) for entries in (RESERVED_PREFIXES, RESERVED_NAMES))
    return f"{_OPENING}(?:{starts})|(?:{names})$){SHAPE.removeprefix('^')}"


def _any_case(text: str) -> str:
    return "".join(f"[{letter}{letter.lower()}]" if letter.isalpha() else letter for letter in text)
