"""What all rules share: one field is refused once, and a tolerated one that cannot be read is not let in by it."""

from __future__ import annotations

from asgi_ws_guard import ConfigurationError
from asgi_ws_guard.handshake.validation import check_host
from asgi_ws_guard.rules.base import is_refused_by
from asgi_ws_guard.testing import make_handshake


def test_a_field_is_refused_by_validation_unless_that_is_tolerated() -> None:
    handshake = make_handshake({"Host": None})
    assert is_refused_by(check_host, handshake, ())
    assert not is_refused_by(check_host, handshake, {"host-once"})
    assert not is_refused_by(check_host, make_handshake(), ())


def test_a_configuration_error_is_a_value_error() -> None:
    assert issubclass(ConfigurationError, ValueError)
