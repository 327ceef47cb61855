"""Write the footer: digest of the files, commit of the policy, and version."""

from oauthgit.report.html.markup import Markup, element, join
from oauthgit.report.html.view import View

_UNKNOWN = "not known here"


def write_footer(view: View) -> Markup:
    """Return what is needed to make the same page again."""
    page = view.page
    digest = element("code", page.digest) if page.digest else "left out, because a file may hold a plaintext secret"
    policy = element("code", page.policy_commit) if page.policy_commit else _UNKNOWN
    facts = [
        ("Commit", element("code", page.source.commit) if page.source.commit else _UNKNOWN),
        ("Digest of the files", digest),
        ("Commit of the policy", policy),
        ("Made by", f"oauthgit {view.report.version}"),
    ]
    suppressed = sum(finding.suppressed is not None for finding in view.report.findings)
    if suppressed:
        facts.append(("Suppressed", Markup(f'{suppressed}, <a href="#suppressed">who, why and until when</a>')))
    if not view.report.page:
        facts = facts[-1:] if suppressed else []
    rows = (element("div", element("dt", name), element("dd", value)) for name, value in facts)
    note = "This page has host names, client ids and weaknesses, and no secret. Verdicts are not signed."
    return element("footer", element("dl", join(rows)), element("p", note, class_="note"))
