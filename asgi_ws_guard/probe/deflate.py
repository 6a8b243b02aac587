"""permessage-deflate in the answer, read against its offer (RFC 7692 §7.1)."""

from __future__ import annotations

from ..handshake.fields import list_elements, shown
from .answer import Answer
from .case import Finding

Parameters = dict[str, str | None]


def declined(answers: tuple[Answer, ...]) -> Finding | None:
    """permessage-deflate is not among the chosen extensions."""
    chosen = _chosen(answers[0])
    return None if chosen is None else Finding("violates", "the offer was accepted, wanted it declined")


def parameters_honoured(answers: tuple[Answer, ...]) -> Finding | None:
    """Where the offer was accepted, its parameters are answered as they must be."""
    chosen = _chosen(answers[0])
    if chosen is None:
        return None
    offered = _read(answers[0].handshake.fields.get_all("sec-websocket-extensions"))
    trouble = _trouble(offered or {}, chosen)
    return Finding("violates", trouble) if trouble else None


def _trouble(offered: Parameters, chosen: Parameters) -> str | None:
    if "server_no_context_takeover" in offered and "server_no_context_takeover" not in chosen:
        return "server_no_context_takeover was asked for, and the answer does not have it (RFC 7692 §7.1.1.1)"
    if "client_max_window_bits" in chosen and "client_max_window_bits" not in offered:
        return "client_max_window_bits is in the answer, and was not offered (RFC 7692 §7.1.2.2)"
    if wanted := offered.get("server_max_window_bits"):
        bits = chosen.get("server_max_window_bits") or "none"
        if bits not in [str(bits) for bits in range(8, int(wanted) + 1)]:
            return f"server_max_window_bits is {shown(bits)}, wanted at most {wanted} (RFC 7692 §7.1.2.1)"
    for name in ("server_max_window_bits", "client_max_window_bits"):
        if name in chosen and (chosen[name] or "") not in [str(bits) for bits in range(8, 16)]:
            return f"{name} is {shown(chosen[name] or '')} in the answer, wanted 8 to 15"
    unknown = set(chosen) - _KNOWN
    return f"the answer has the parameter {shown(min(unknown))}, which RFC 7692 does not know" if unknown else None


_KNOWN = {
    "server_no_context_takeover",
    "client_no_context_takeover",
    "server_max_window_bits",
    "client_max_window_bits",
}


def _chosen(answer: Answer) -> Parameters | None:
    if answer.response is None or not answer.opened:
        return None
    return _read(answer.response.fields.get_all("sec-websocket-extensions"))


def _read(values: list[str]) -> Parameters | None:
    """The parameters of permessage-deflate in a field's lines, None where it is not there."""
    for element in list_elements(values):
        name, *parameters = [part.strip() for part in element.split(";")]
        if name.lower() == "permessage-deflate":
            pairs = [parameter.partition("=") for parameter in parameters]
            return {key.strip(): value.strip(' "') if equals else None for key, equals, value in pairs}
    return None
