"""A handshake that was decided at the door of a server, handed on to the middleware behind it in scope["state"]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .asgi import Scope
from .policy import Policy, Verdict


class Admission:
    """The door's decision. The first middleware that meets it takes it; a second one decides for itself."""

    KEY: ClassVar[str] = "asgi_ws_guard"

    __slots__ = ("_taken", "pattern", "policy", "started", "verdict")

    def __init__(self, verdict: Verdict, pattern: str, policy: Policy, started: float) -> None:
        self.verdict = verdict
        self.pattern = pattern
        self.policy = policy
        self.started = started
        self._taken = False

    @classmethod
    def taken_from(cls, scope: Scope) -> Admission | None:
        """The admission of `scope` that nobody has taken yet, or None."""
        state = scope.get("state")
        admission = state.get(cls.KEY) if isinstance(state, Mapping) else None
        if not isinstance(admission, cls) or admission._taken:
            return None
        admission._taken = True
        return admission

    @property
    def is_final(self) -> bool:
        """Whether the handshake is let in by this alone: the deployment's own `authorize` has no say."""
        return self.policy.authorize is None and (not self.verdict.refused or self.verdict.report_only)
