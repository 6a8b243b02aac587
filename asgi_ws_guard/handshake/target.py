"""The path of a request target, and what its percent-encoding hides (RFC 3986 §2.1, §3.3)."""

from __future__ import annotations

from .lazy_pattern import LazyPattern

# pct-encoded = "%" HEXDIG HEXDIG                                             RFC 3986 §2.1
_ENCODED = LazyPattern(rb"%([0-9A-Fa-f]{2})")
_ENCODED_RUN = LazyPattern(r"(?:%[0-9A-Fa-f]{2})+")

# C0, DEL and C1, and a byte of C1 that is no UTF-8. A router that ends its pattern with "$" takes a line feed behind
# the path for nothing.
CONTROL = LazyPattern("[\\x00-\\x1f\\x7f-\\x9f\\udc80-\\udc9f]")


def decoded_path(target: str) -> str:
    """The path of a request target (str, as it came, so in Latin-1), decoded as servers do it: once, and as UTF-8.

    A byte that is none becomes a lone surrogate, U+DC80 to U+DCFF, so that it is known which it was.
    """
    path = target.partition("?")[0]
    try:
        raw = path.encode("latin-1")
    except UnicodeEncodeError:  # not as it came: a server has decoded it
        return path
    return _decoded(raw, "surrogateescape")


def percent_decoded(text: str) -> str:
    """`text` with its percent-encoded bytes decoded once more, as UTF-8; what is none becomes U+FFFD."""
    return _ENCODED_RUN.compiled.sub(lambda run: _decoded(run[0].encode("ascii"), "replace"), text)


def has_control(target: str) -> bool:
    """Whether the path of `target` has a control character, encoded or not."""
    if "%" not in target and target.isprintable():  # nearly all
        return False
    return CONTROL.search(decoded_path(target)) is not None


def _decoded(raw: bytes, errors: str) -> str:
    return _ENCODED.compiled.sub(lambda match: bytes([int(match[1], 16)]), raw).decode("utf-8", errors)
