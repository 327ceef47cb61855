"""Write drift as JSON."""

from typing import Any

from oauthgit.model.drift import Drift, DriftItem, HiddenSecret
from oauthgit.model.drift_headline import drift_headline
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.report import plain
from oauthgit.report.json.location import location


def drift(found: Drift) -> dict[str, Any]:
    """Return drift as plain data; a secret is described only."""
    return {
        "files": [{"name": escape(file.name), "time": file.time or None} for file in found.files],
        "headline": redact_urls(drift_headline(found)),
        "equal": found.equal,
        "items": [_item(item) for item in found.items],
        "not_compared": [
            {
                "reason": redact_urls(each.reason),
                "values": each.values,
                "settings": [escape(name) for name in each.settings],
                "targets": [escape(name) for name in each.targets],
            }
            for each in found.not_compared
        ],
    }


def _item(item: DriftItem) -> dict[str, Any]:
    return {
        "target": escape(item.target),
        "environment": plain(item.environment),
        "server": escape(item.server) or None,
        "setting": escape(item.setting) or None,
        "state": str(item.state),
        "git": {escape(each.server): plain(each.git) for each in item.servers} if item.servers else plain(item.git),
        "platform": {"state": "another secret"} if isinstance(item.platform, HiddenSecret) else plain(item.platform),
        "layer": escape(item.layer) or None,
        "location": location(item.location),
        "cell": location(item.cell),
    }
