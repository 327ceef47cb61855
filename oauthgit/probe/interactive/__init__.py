"""Log in with a person: one authorization request, its code, and one refresh.

``plan_login`` selects the permitted login offline, ``start_login`` makes its authorization request, ``read_callback`` and
``open_listener`` receive the answer, and ``finish_login`` redeems its code and revokes the tokens.
"""

from oauthgit.probe.interactive.attempt import LoginAttempt, LoginPlan, plan_login, start_login
from oauthgit.probe.interactive.callback import MAX_ADDRESS, Callback, read_callback
from oauthgit.probe.interactive.judge import Absence
from oauthgit.probe.interactive.listener import Listener, open_listener
from oauthgit.probe.interactive.session import LoginOptions, LoginResult, bound_requests, finish_login

__all__ = [
    "MAX_ADDRESS",
    "Absence",
    "Callback",
    "Listener",
    "LoginAttempt",
    "LoginOptions",
    "LoginPlan",
    "LoginResult",
    "bound_requests",
    "finish_login",
    "open_listener",
    "plan_login",
    "read_callback",
    "start_login",
]
