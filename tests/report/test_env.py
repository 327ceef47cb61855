import os
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from oauthgit.model.report import Report
from oauthgit.model.settings import Origin, Setting, Settings
from oauthgit.model.workspace import Kind
from oauthgit.report import env
from support.malicious_text import CHAIN, EFFECTIVE, PRODUCTION, SUMMARY, settings


def read_by_a_shell(tmp_path: Path, output: str) -> dict[str, str]:
    """Return the variables that a POSIX shell exports after reading ``output``."""
    file = tmp_path / "effective.env"
    file.write_text(output, encoding="utf-8")
    result = subprocess.run(
        ["/bin/sh", "-c", "set -a; . ./effective.env; exec env -0"],
        cwd=tmp_path,
        env={"PATH": os.defpath},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert result.stderr == b""
    pairs = [pair.split("=", 1) for pair in result.stdout.decode().split("\0") if pair]
    return {name: value for name, value in pairs if name not in {"PATH", "PWD", "OLDPWD", "SHLVL", "_"}}


def of(target: str, kind: Kind, **values: object) -> Settings:
    """Return a target whose server names and settings are joined by two underscores."""
    found = []
    for path, value in values.items():
        server, _, name = path.partition("__")
        pointer = f"/oauth_servers/{server}/{name}"
        found.append(Setting(pointer, value, Origin(target, value)))
    return settings(target, kind, {}, tuple(found), CHAIN)


def names(*targets: Settings) -> list[str]:
    output = env.render(Report((), SUMMARY, targets=targets))
    return [line.split("=")[0] for line in output.splitlines()]


def test_shell_reads_the_values_and_no_secret(tmp_path: Path) -> None:
    variables = read_by_a_shell(tmp_path, env.render(EFFECTIVE))
    assert variables["IAM_APPLICATION_INSIGHTS_PROD_ENVIRONMENT"] == "production"
    assert variables["IAM_APPLICATION_INSIGHTS_PROD_EXACT_ONLINE_GRANT_TYPES"] == "authorization_code refresh_token"
    assert variables["IAM_APPLICATION_INSIGHTS_PROD_EXACT_ONLINE_REQUIRE_PKCE"] == "true"
    assert variables["IAM_APPLICATION_INSIGHTS_PROD_EXACT_ONLINE_SCOPES"] == ""
    assert variables["IAM_APPLICATION_INSIGHTS_PROD_EXACT_ONLINE_USER_LOGIN_PROMPT"] == "login"
    assert (
        variables["IAM_APPLICATION_INSIGHTS_PROD_ON_SCOPES"] == "api.read ##vso[task.complete] it's ###[x] $(id) `id`"
    )
    assert [name for name in variables if "SECRET" in name] == [
        "IAM_APPLICATION_INSIGHTS_PROD_EXACT_ONLINE_CLIENT_SECRET_EXPIRES_ON"
    ]


def test_name_is_short_if_unique(tmp_path: Path) -> None:
    variables = read_by_a_shell(tmp_path, env.render(Report((), SUMMARY, targets=(PRODUCTION,))))
    assert variables["INSIGHTS_PROD_EXACT_ONLINE_CLIENT_ID"] == "0d6e1f0f-3a11"


def test_omitted_value_is_named_with_the_reason() -> None:
    comments = [line for line in env.render(EFFECTIVE).splitlines() if line.startswith("#")]
    application, runtime = "IAM_APPLICATION_INSIGHTS_PROD", "MAIN_INSIGHTS_PROD"
    assert comments == [
        f"# {application}_EXACT_ONLINE_CLIENT_SECRET is encrypted in configs/iam_applications/insights-prod.secrets.yaml",
        f"# {application}_ON_CLIENT_ID is left out: it contains characters that cannot be shown, or credentials",
        f"# {application}_ON_TOKEN_ENDPOINT is left out: it contains characters that cannot be shown, or credentials",
        f"# {application}_ON_CLIENT_SECRET is encrypted in configs/iam_applications/insights-prod.yaml",
        f"# {runtime}_EXACT_ONLINE_CLIENT_SECRET comes from environment variable EXACT_SECRET",
        f"# {runtime}_CRM_CLIENT_SECRET is in plain text in configs/branches/INSIGHTS/MAIN.yaml",
        f"# {runtime}_HUB_CLIENT_SECRET is encrypted in configs/iam_applications/insights-prod.secrets.yaml",
    ]


def test_colliding_names_use_more_of_the_target_id() -> None:
    dev = of("runtime_configuration/INSIGHTS/MAIN/dev", Kind.RUNTIME_CONFIGURATION, crm__client_id="a")
    other = of("runtime_configuration/WAREHOUSE/MAIN/dev", Kind.RUNTIME_CONFIGURATION, crm__client_id="b")
    alone = of("iam_application/prod", Kind.IAM_APPLICATION, crm__client_id="c")
    assert names(dev, other, alone) == [
        "INSIGHTS_MAIN_DEV_CRM_CLIENT_ID",
        "WAREHOUSE_MAIN_DEV_CRM_CLIENT_ID",
        "PROD_CRM_CLIENT_ID",
    ]


def test_colliding_target_and_server_names_are_distinct() -> None:
    one = of("iam_application/a", Kind.IAM_APPLICATION, b_c__client_id="x")
    two = of("runtime_configuration/M/B/a-b", Kind.RUNTIME_CONFIGURATION, c__client_id="y")
    assert names(one, two) == ["IAM_APPLICATION_A_B_C_CLIENT_ID", "B_A_B_C_CLIENT_ID"]


def test_ambiguous_name_is_omitted() -> None:
    one = of("iam_application/a-b", Kind.IAM_APPLICATION, c__client_id="x", d__client_id="only here")
    two = of("iam_application/a_b", Kind.IAM_APPLICATION, c__client_id="y")
    shared = "# IAM_APPLICATION_A_B_C_CLIENT_ID is left out: two settings would share this name"
    assert names(one, two) == [shared, "IAM_APPLICATION_A_B_D_CLIENT_ID", shared]


def test_name_never_begins_with_a_digit() -> None:
    assert names(of("iam_application/2027", Kind.IAM_APPLICATION, crm__client_id="x")) == ["_2027_CRM_CLIENT_ID"]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30))
def test_shell_reads_any_value_unchanged(tmp_path: Path, value: str) -> None:
    output = env.render(
        Report((), SUMMARY, targets=(of("iam_application/a", Kind.IAM_APPLICATION, crm__client_id=value),))
    )
    if output.startswith("#"):  # credentials in a URL
        assert "left out" in output
    else:
        assert read_by_a_shell(tmp_path, output) == {"A_CRM_CLIENT_ID": value}
