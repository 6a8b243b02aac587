"""What a deployment wants: policies, the paths that they hold on, and what was found right under them before."""

from __future__ import annotations

from .denial import Denial
from .policy import Policy, Verdict

__all__ = ["Denial", "Policy", "Verdict"]
