"""accept KEY and verify KEY ACCEPT: the accept value, its steps, and what is wrong with another one."""

from __future__ import annotations

import argparse
from hashlib import sha1

from ..diagnosis.accept import diagnose_accept, strip_value
from ..handshake.accept import GUID, KEY_BYTES, accept_value, decode_key
from ..handshake.fields import shown
from .base import CommandError, Subparsers, command, write


def add_parser(subparsers: Subparsers) -> None:
    """accept and verify."""
    parser = command(subparsers, "accept", "print the Sec-WebSocket-Accept that a Sec-WebSocket-Key asks for", _accept)
    parser.add_argument("key", metavar="KEY", help="the key as the client sent it, 24 characters")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each step")
    parser = command(
        subparsers,
        "verify",
        "check a Sec-WebSocket-Accept against its key, and name the mistake",
        _verify,
        "exit codes: 0 it is right, 1 it is wrong, 2 the key is none",
    )
    parser.add_argument("key", metavar="KEY", help="the key as the client sent it")
    parser.add_argument("accept", metavar="ACCEPT", help="the accept value that came back")


def _accept(args: argparse.Namespace) -> int:
    key = _key(args.key)
    write(_steps(key) if args.verbose else accept_value(key))
    return 0


def _verify(args: argparse.Namespace) -> int:
    key, accept = _key(args.key), strip_value(args.accept)
    found = diagnose_accept(key, accept)
    if found is None:
        write(f"right: {accept} answers {key}")
        return 0
    write(f"wrong: {shown(accept)} does not answer {key}, wanted {accept_value(key)}\n{found.id}: {found.text}")
    return 1


def _key(text: str) -> str:
    key = strip_value(text)
    try:
        nonce = decode_key(key)
    except ValueError:
        raise CommandError(
            f"{shown(key)} is no key: it is not base64 (24 characters of A-Z a-z 0-9 + /, ending ==)"
        ) from None
    if len(nonce) != KEY_BYTES:
        raise CommandError(f"{shown(key)} is no key: it decodes to {len(nonce)} bytes, wanted {KEY_BYTES}")
    return key


def _steps(key: str) -> str:
    joined = key + GUID.decode("ascii")
    return "\n".join(
        [
            f"1. the key, as it stands     {key}   ({len(decode_key(key))} bytes in base64; hash the text, not these)",
            f"2. with the GUID behind it   {joined}",
            f"3. its SHA-1, in hex         {sha1(joined.encode('ascii'), usedforsecurity=False).hexdigest()}",
            f"4. the 20 bytes in base64    {accept_value(key)}",
        ]
    )
