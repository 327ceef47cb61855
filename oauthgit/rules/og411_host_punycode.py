"""Check OG411: a host name that is not plain ASCII."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG411", Severity.WARNING, on=URLS, unless=is_ordinary_url)
def host_punycode(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    r"""A host name has letters outside ASCII, plainly or in its xn-- form.

    Letters of different scripts look the same. `github.com` with a Cyrillic i belongs to somebody else, and nobody sees
    the difference. The form that begins with `xn--` (RFC 5891) hides the real letters instead. If the owner really uses
    such a name, suppress the finding and give the reason (UTS 39 has the background).

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://xn--gthub-n4a.com/oauth/token  # OG411: token_endpoint names a host by its code
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: "https://g\u0456thub.com/oauth/token"  # OG411: token_endpoint names a host with letters
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = web_url(setting.value)
    if url is None:
        return
    if not url.host.isascii():
        strange = "".join(dict.fromkeys(letter for letter in url.host if not letter.isascii()))
        codes = ", ".join(f"U+{ord(letter):04X}" for letter in strange[:3])
        yield RuleMatch(
            f"{setting.name} names a host with letters outside ASCII ({codes}), which may look like others",
            remedy="Write the host's ASCII name. If it really has these letters, suppress the finding with the reason.",
        )
    elif ".xn--" in f".{url.host}":
        yield RuleMatch(
            f"{setting.name} names a host by its code, {url.host}, so a reader cannot see which letters it has",
            remedy="Check that the host is the intended one. If it is, suppress the finding with the reason.",
        )
