"""What an app is given can be aimed anew, and then holds on to nothing of ours."""

from __future__ import annotations

import weakref
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from asgi_ws_guard.exchange.callables import HandshakeClosedError, aim, is_closed_error, receiver, sender


class Target:
    """A callable that notes what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: Any) -> Any:
        self.calls.append(arguments)
        return self


@pytest.mark.parametrize(("make", "arguments"), [(sender, ({"type": "websocket.accept"},)), (receiver, ())])
def test_aimed_anew_it_calls_the_other_and_lets_go_of_the_first(make: Any, arguments: tuple[Any, ...]) -> None:
    first, second = Target(), Target()
    gone = weakref.ref(first)
    made, other = make(first), make(first)
    assert made(*arguments) is first and first.calls == [arguments]
    aim(made, second)
    assert made(*arguments) is second and second.calls == [arguments]
    assert other(*arguments) is first
    del first, other
    assert gone() is None


def test_our_error_is_known_by_whatever_name_the_framework_gives_it() -> None:
    def raised(error: Exception, cause: Exception | None, context: Exception | None) -> Exception:
        error.__cause__, error.__context__ = cause, context
        return error

    ours = HandshakeClosedError()
    assert is_closed_error(ours)
    assert is_closed_error(raised(WebSocketDisconnect(1006), None, ours))
    assert is_closed_error(raised(ValueError(), raised(KeyError(), ours, None), OSError()))
    assert not is_closed_error(raised(ValueError(), ConnectionError(), None))
    assert not is_closed_error(None)
