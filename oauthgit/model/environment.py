"""Order the environments of targets as reports list them."""

from typing import Final

PRODUCTION: Final = "production"
ENVIRONMENTS: Final = (PRODUCTION, "acceptance", "test", "development")


def environment_rank(environment: str | None) -> int:
    """Return the place of an environment: production first, and no environment last."""
    return ENVIRONMENTS.index(environment) if environment in ENVIRONMENTS else len(ENVIRONMENTS)
