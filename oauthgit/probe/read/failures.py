"""What it means that there was no answer over HTTP: one sentence for each way."""

from oauthgit.probe.answer import Failure
from oauthgit.probe.read.judgement import Judgement, not_run, unreachable

_CERTIFICATE = "Have the server's certificate renewed; verification is never switched off."
_NETWORK = "Check the host and port in {setting}, and whether this machine may reach it."

_SENTENCES = {
    Failure.NAME_NOT_FOUND: ("the host's name does not exist or could not be looked up", _NETWORK),
    Failure.REFUSED: ("nothing takes connections at this host and port", _NETWORK),
    Failure.CONNECT_TIMEOUT: ("no connection came about in time", _NETWORK),
    Failure.TIMEOUT: ("the server did not answer in time", "Try again, or raise smoke.timeout in the policy."),
    Failure.CERTIFICATE_EXPIRED: ("the server's certificate is expired or not valid yet", _CERTIFICATE),
    Failure.CERTIFICATE_OTHER_HOST: (
        "the server's certificate is for another host",
        "Check the host in {setting}; if it is right, have the certificate replaced.",
    ),
    Failure.CERTIFICATE_UNTRUSTED: (
        "the server's certificate comes from an unknown authority",
        "If the authority is your own, name its PEM file as ca_file in the policy.",
    ),
    Failure.TLS: ("no TLS connection came about (TLS 1.2 or newer is needed)", _NETWORK),
    Failure.BROKEN_OFF: (
        "the server closed the connection before a whole answer had come",
        "Check the port in {setting}: a port that expects https does this to http. Or try again.",
    ),
    Failure.NOT_HTTP: ("what answers does not speak HTTP", _NETWORK),
    Failure.PROXY: ("the proxy of the policy refused to connect", "Check proxy in the policy and what it allows."),
}


def judge(failure: Failure, scheme: str, setting: str = "token_endpoint") -> Judgement:
    """Judge a request that got no answer; ``scheme`` is that of the endpoint, and ``setting`` names it."""
    if failure is Failure.INTERRUPTED:
        return not_run("interrupted before the answer came", setting, "Run it again.")
    if failure is Failure.ADDRESS_NOT_ALLOWED:
        return not_run(
            "the host's address is not public, and networks in the policy does not list it",
            setting,
            "If the server may be inside, list its network as networks in configs/oauthgit.yaml.",
        )
    if failure is Failure.WRONG_SCHEME:
        other = "http" if scheme == "https" else "https"
        return unreachable(
            f"wrong scheme: the URL says {scheme}, but the port speaks {other}",
            "OG904",
            setting,
            f"Correct the port in {setting}, or write {other}://"
            + (" (only ever for tests)." if other == "http" else "."),
        )
    sentence, remedy = _SENTENCES[failure]
    return unreachable(sentence, "OG906", setting, remedy.format(setting=setting))
