"""An application and its guard put together from the environment, for servers that start from an import string.

    ASGI_WS_GUARD_APP=module:app ASGI_WS_GUARD_POLICY=policy.toml uvicorn --factory asgi_ws_guard.serve:guarded

The environment is what a server's workers and reloads inherit; nothing else of the first process is.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from .asgi import ASGIApp
from .middleware import WebSocketGuardMiddleware
from .observers.log import configure_logging
from .policy.file import ENVIRONMENT, policies_from_environment
from .rules.base import ConfigurationError

APPLICATION = "ASGI_WS_GUARD_APP"
IS_FACTORY = "ASGI_WS_GUARD_APP_IS_FACTORY"


def guarded() -> ASGIApp:
    """The application that ASGI_WS_GUARD_APP names ("module:app"), under the policy of ASGI_WS_GUARD_POLICY.

    With ASGI_WS_GUARD_APP_IS_FACTORY set, what is named makes the application. Shows the guard's log.
    """
    name = os.environ.get(APPLICATION)
    if not name:
        raise ConfigurationError(f"{APPLICATION} is not set, wanted the application: {APPLICATION}=module:app")
    application = _imported(name)
    if os.environ.get(IS_FACTORY):
        application = application()
    if not callable(application):
        raise ConfigurationError(f"{APPLICATION} is {name!r}, which is {application!r}; wanted an ASGI application")
    policy, paths = policies_from_environment()
    configure_logging()
    return WebSocketGuardMiddleware(application, policy=policy, paths=paths)


def environment(application: str, policy_file: str | None, *, is_factory: bool) -> dict[str, str]:
    """What `guarded` reads. The file's path is made absolute, since --reload and workers may start elsewhere."""
    variables = {APPLICATION: application}
    if policy_file is not None:
        variables[ENVIRONMENT] = os.path.abspath(policy_file)
    if is_factory:
        variables[IS_FACTORY] = "1"
    return variables


def _imported(name: str) -> Any:
    """What "module:attribute" names. ConfigurationError where there is no such thing."""
    module, _, attributes = name.partition(":")
    if not module or not attributes:
        raise ConfigurationError(f"{APPLICATION} is {name!r}, wanted 'module:attribute'")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # the module is there, and lacks one of its own
        raise ConfigurationError(f"{APPLICATION} is {name!r}, but there is no module {error.name!r}") from None
    for attribute in attributes.split("."):
        try:
            found = getattr(found, attribute)
        except AttributeError:
            raise ConfigurationError(f"{APPLICATION} is {name!r}, but {module!r} has no {attributes!r}") from None
    return found
