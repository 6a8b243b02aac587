"""serve APP: uvicorn with an application under a policy file, its code untouched."""

from __future__ import annotations

import argparse
import os

from ..guard import Guard
from ..policy.file import load_policy_file, policies_from_environment
from ..rules.base import ConfigurationError
from ..serve import APPLICATION, IS_FACTORY, environment
from .base import CommandError, Parser, Subparsers, command

_EPILOG = """uvicorn's options follow behind --, as in
  asgi-ws-guard serve module:app --policy policy.toml -- --port 8000 --workers 2
A policy can tolerate only what reaches the guard: uvicorn's default parser refuses a bad key itself,
--ws wsproto does not. Exit codes: uvicorn's own, 2 where the policy or the command line is wrong."""


def add_parser(subparsers: Subparsers) -> None:
    """serve."""
    parser = command(subparsers, "serve", "serve an application with uvicorn under a policy", _serve, _EPILOG)
    parser.add_argument("application", metavar="APP", help="the application, module:attribute")
    _add_policy(parser)
    # argparse cannot tell options of ours behind APP from those behind --, so _serve reads the rest itself.
    parser.add_argument("rest", metavar="-- OPTION", nargs=argparse.REMAINDER, help="options of uvicorn")


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", metavar="FILE", help="TOML file; default: $ASGI_WS_GUARD_POLICY")


def _serve(args: argparse.Namespace) -> int:
    try:
        from uvicorn.main import main as uvicorn
    except ModuleNotFoundError:
        raise CommandError("uvicorn is not installed, wanted: pip install 'asgi-ws-guard[uvicorn]'") from None
    policy_file, options = split(args.rest, args.policy)
    try:
        policy, paths = load_policy_file(policy_file) if policy_file else policies_from_environment()
        Guard(policy, paths=paths)  # what is wrong with the policy is said here, once, and not by each worker
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
    os.environ.pop(IS_FACTORY, None)
    os.environ.update(environment(args.application, policy_file, is_factory="--factory" in options))
    ours = [option for option in options if option != "--factory"]
    try:
        uvicorn.main(["asgi_ws_guard.serve:guarded", "--factory", *ours], prog_name="uvicorn")
    except ConfigurationError as error:  # the application that was named
        raise CommandError(str(error).replace(f"{APPLICATION} is ", "the application is ")) from None
    return 0


def split(rest: list[str], policy_file: str | None) -> tuple[str | None, list[str]]:
    """The policy's file, which may stand behind APP, and the options of uvicorn.

    argparse takes a -- right behind APP away: without one, what is not ours is uvicorn's.
    """
    place = rest.index("--") if "--" in rest else len(rest)
    parser = Parser(prog="asgi-ws-guard serve", add_help=False, allow_abbrev=False)
    _add_policy(parser)
    args, unknown = parser.parse_known_args(rest[:place])
    return args.policy or policy_file, unknown + rest[place + 1 :]
