"""All measures in the order of the table. Each says its rows; each takes an effort and gives its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .accepted import accepted
from .decision import decision
from .figure import Figure
from .growth import growth
from .http_pass import http_pass
from .import_time import import_time
from .many_policies import many_policies
from .measuring import Effort
from .memory import memory
from .messages import messages
from .refusal import refusal
from .refusals_per_second import refusals_per_second
from .server_handshakes import server_handshakes

MEASURES: Mapping[str, Callable[[Effort], list[Figure]]] = {
    "http-pass": http_pass,
    "decision": decision,
    "refusal": refusal,
    "accepted": accepted,
    "messages": messages,
    "server-handshakes": server_handshakes,
    "refusals-per-second": refusals_per_second,
    "memory": memory,
    "import-time": import_time,
    "growth": growth,
    "many-policies": many_policies,
}
