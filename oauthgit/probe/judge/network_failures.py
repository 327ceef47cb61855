"""Judge requests that got no answer over HTTP."""

from oauthgit.probe.answer import Failure
from oauthgit.probe.judge.judgement import Judgement, judge_not_run, judge_unreachable

_CERTIFICATE = "Have the server's certificate renewed. Verification cannot be switched off."
_NETWORK = "Check the host and port in {setting}, and that this machine can reach them."

_SENTENCES = {
    Failure.NAME_NOT_FOUND: ("the host name does not exist or could not be resolved", _NETWORK),
    Failure.REFUSED: ("no server accepts connections at this host and port", _NETWORK),
    Failure.CONNECT_TIMEOUT: ("the connection timed out", _NETWORK),
    Failure.TIMEOUT: ("the server did not answer in time", "Try again, or raise smoke.timeout in the policy."),
    Failure.CERTIFICATE_EXPIRED: ("the server's certificate has expired or is not valid yet", _CERTIFICATE),
    Failure.CERTIFICATE_OTHER_HOST: (
        "the server's certificate is for another host",
        "Check the host in {setting}. If it is right, have the certificate replaced.",
    ),
    Failure.CERTIFICATE_UNTRUSTED: (
        "the server's certificate was issued by an unknown certificate authority",
        "If the authority is your own, set ca_file in the policy to its PEM file.",
    ),
    Failure.TLS: ("the TLS connection failed (TLS 1.2 or newer is required)", _NETWORK),
    Failure.BROKEN_OFF: (
        "the server closed the connection before the answer was complete",
        "Check the port in {setting}: a port for https does this to http. Or try again.",
    ),
    Failure.NOT_HTTP: ("the answer is not HTTP", _NETWORK),
    Failure.MALFORMED_HEADER: (
        "the answer has a malformed header, so HTTP clients reject it as a whole",
        "Report it to the server's operator: a header name may not contain blanks (RFC 9110 section 5.1).",
    ),
    Failure.PROXY: (
        "the proxy of the policy refused the connection",
        "Check proxy in the policy, and that the proxy permits this host.",
    ),
}


def judge(failure: Failure, scheme: str, setting: str = "token_endpoint") -> Judgement:
    """Judge a request without an answer; ``setting`` names its endpoint.

    ``scheme`` is the scheme of the endpoint.
    """
    if failure is Failure.INTERRUPTED:
        return judge_not_run("interrupted before the answer arrived", setting, "Run the command again.")
    if failure is Failure.ADDRESS_NOT_ALLOWED:
        return judge_not_run(
            "the host's address is not public, and networks in the policy does not list it",
            setting,
            "If an internal server is right here, add its network to networks in configs/oauthgit.yaml.",
        )
    if failure is Failure.WRONG_SCHEME:
        other = "http" if scheme == "https" else "https"
        return judge_unreachable(
            f"wrong scheme: the URL has {scheme}, but the server at this port expects {other}",
            "OG904",
            setting,
            f"Correct the port in {setting}, or write {other}://" + (" (for tests only)." if other == "http" else "."),
        )
    sentence, remedy = _SENTENCES[failure]
    return judge_unreachable(sentence, "OG906", setting, remedy.format(setting=setting))
