"""What a deployment wants, and what the guard decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields, replace
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from ..handshake import REQUIREMENTS, Handshake, Violation
from ..handshake.validation import CHECKS
from ..rules.base import ConfigurationError, Rule
from ..rules.host import HostRule, checked_hosts
from ..rules.key import random_key
from ..rules.origin import SAME_ORIGIN, OriginEntry, OriginRule, checked_origins, origin_present
from ..rules.size import FIELD_BYTES, FIELD_COUNT, SizeRule, checked_limit
from ..rules.subprotocol import SubprotocolRule, checked_subprotocols
from ..rules.transport import tls_required
from .mapping import near, policy_values
from .precedents import Precedents

if TYPE_CHECKING:
    from .denial import Denial

RawUpgrades = Literal["pass", "reject"]
Authorize: TypeAlias = Callable[[Handshake, MutableMapping[str, Any]], "Denial | Awaitable[Denial | None] | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is refused, on which paths it holds being said elsewhere. ConfigurationError on what cannot work.

    allowed_origins       "same-origin": the Origin's host and port are those of Host, whatever the schemes; "*": any;
                          or a list of "same-origin", origins ("https://example.com", "http://localhost:3000",
                          "file://"), wildcards for true subdomains ("https://*.example.com") and compiled patterns,
                          which have to match the whole origin in lower case without a default port
    allow_missing_origin  let in who sends no Origin, as no browser does
    allow_null_origin     let in the Origin "null", behind which any page can hide; "*" lets it in as well
    allowed_hosts         list of names that Host may have ("example.com", "*.example.com", with a port where that
                          counts), against DNS rebinding; None is any
    require_tls           refuse what did not come over TLS, or may not have
    subprotocols          list of those spoken here: who makes offers has to offer one of them
    require_subprotocol   who makes no offer is refused as well
    max_field_count       field lines in a handshake; None is any number
    max_field_bytes       bytes of all its fields, as HTTP/1.1 writes them; None is any number
    authorize             plain or async callable (handshake, scope) -> None, or a Denial; asked after all rules
    accept_timeout        seconds within which the app has to accept or refuse; None is any time
    tolerate              ids of requirements (str) whose violations are passed on and only flagged. It holds for what
                          reaches the guard: uvicorn's default parser, daphne and gunicorn refuse a bad key themselves
                          (uvicorn --ws wsproto does not)
    refuse                ids of requirements (str) whose violations are refused though only flagged by default
    report_only           refuse nothing and repair nothing; every event says what would have been
    raw_upgrades          a valid handshake that the server handed on as plain HTTP: "pass" to the app, or "reject"
                          with 501
    """

    allowed_origins: str | Iterable[OriginEntry] = SAME_ORIGIN
    allow_missing_origin: bool = True
    allow_null_origin: bool = False
    allowed_hosts: Iterable[str] | None = None
    require_tls: bool = False
    subprotocols: Iterable[str] = ()
    require_subprotocol: bool = False
    max_field_count: int | None = FIELD_COUNT
    max_field_bytes: int | None = FIELD_BYTES
    authorize: Authorize | None = None
    accept_timeout: float | None = 30.0
    tolerate: Collection[str] = frozenset()
    refuse: Collection[str] = frozenset()
    report_only: bool = False
    raw_upgrades: RawUpgrades = "pass"
    rules: tuple[Rule, ...] = field(init=False, repr=False, compare=False)
    precedents: Precedents = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, checked in _CHECKED.items():
            object.__setattr__(self, name, checked(name, getattr(self, name)))
        if both := sorted(set(self.tolerate) & set(self.refuse)):
            raise ConfigurationError(f"{', '.join(both)}: in tolerate and in refuse; wanted in one of them")
        object.__setattr__(self, "rules", tuple(_rules(self)))
        object.__setattr__(self, "precedents", Precedents((*CHECKS.values(), *self.rules)))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Policy:
        """The policy that a mapping describes, such as a table of a TOML file. Its keys are the arguments' names.

        What a file cannot say: "off" is None, {"pattern": "..."} in allowed_origins is a compiled pattern.
        """
        return cls(**policy_values(mapping, KEYS))

    def refuses(self, violation: Violation) -> bool:
        """Whether a handshake with this violation is refused, report-only left aside."""
        requirement = violation.requirement
        if requirement.flagged:
            return requirement.id in self.refuse
        return requirement.id not in self.tolerate

    def enforces(self, violation: Violation) -> bool:
        """Whether something is done about this violation, and it is not only told."""
        return not self.report_only and self.refuses(violation)

    def replace(self, **changes: object) -> Policy:
        """This policy with some of its values changed."""
        for name in changes:
            if name not in KEYS:
                raise ConfigurationError(f"a policy has no {name!r}; {near(name, KEYS)}")
        return replace(self, **changes)  # type: ignore[arg-type]


KEYS = tuple(a_field.name for a_field in fields(Policy) if a_field.init)


class Verdict(NamedTuple):
    """The decision on one handshake: all violations in reading order, and those of them that the policy refuses."""

    handshake: Handshake
    violations: tuple[Violation, ...] = ()
    refused: tuple[Violation, ...] = ()
    report_only: bool = False

    @property
    def allowed(self) -> bool:
        return self.report_only or not self.refused


def _rules(policy: Policy) -> Iterable[Rule]:
    """The rules that a checked policy comes to, in the order of the requirements; the key's, which only flags, last."""
    tolerate = policy.tolerate
    if policy.max_field_count is not None or policy.max_field_bytes is not None:
        yield SizeRule(policy.max_field_count, policy.max_field_bytes)
    if policy.allowed_hosts is not None:
        yield HostRule(policy.allowed_hosts, tolerate=tolerate)
    if policy.require_tls:
        yield tls_required
    if policy.allowed_origins != "*":
        yield OriginRule(
            (SAME_ORIGIN,) if isinstance(policy.allowed_origins, str) else policy.allowed_origins,
            allow_missing=policy.allow_missing_origin,
            allow_null=policy.allow_null_origin,
            tolerate=tolerate,
        )
    elif not policy.allow_missing_origin:
        yield origin_present
    if policy.subprotocols or policy.require_subprotocol:
        yield SubprotocolRule(policy.subprotocols, required=policy.require_subprotocol, tolerate=tolerate)
    yield random_key


def _checked_switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} is {value!r}, wanted True or False")
    return value


def _checked_timeout(name: str, seconds: object) -> float | None:
    if seconds is None:
        return None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < inf:
        raise ConfigurationError(f"{name} is {seconds!r}, wanted seconds above 0, or None for any time")
    return seconds


def _checked_authorize(name: str, authorize: object) -> object:
    if authorize is not None and not callable(authorize):
        raise ConfigurationError(f"{name} is {authorize!r}, wanted a function of handshake and scope")
    return authorize


def _checked_raw_upgrades(name: str, raw_upgrades: object) -> object:
    if raw_upgrades not in get_args(RawUpgrades):
        raise ConfigurationError(f'{name} is {raw_upgrades!r}, wanted "pass" or "reject"')
    return raw_upgrades


def _checked_ids(name: str, ids: object) -> frozenset[str]:
    if isinstance(ids, str):
        raise ConfigurationError(f"{name} is the string {ids!r}, wanted a set of ids: {{{ids!r}}}")
    if not isinstance(ids, Iterable):
        raise ConfigurationError(f"{name} is {ids!r}, wanted a set of requirement ids")
    wanted = tuple(ids)
    for requirement_id in wanted:
        if not isinstance(requirement_id, str) or requirement_id not in REQUIREMENTS:
            hint = near(str(requirement_id), REQUIREMENTS)
            raise ConfigurationError(f"{name} has {requirement_id!r}, which is no requirement's id; {hint}")
    return frozenset(wanted)


# What each value of a policy is kept as. A check takes the name for its message, and the value.
_SWITCHES = ("allow_missing_origin", "allow_null_origin", "require_tls", "require_subprotocol", "report_only")
_CHECKED: Mapping[str, Callable[[str, Any], object]] = {
    "allowed_origins": checked_origins,
    "allowed_hosts": checked_hosts,
    "subprotocols": checked_subprotocols,
    "authorize": _checked_authorize,
    "accept_timeout": _checked_timeout,
    "raw_upgrades": _checked_raw_upgrades,
    **dict.fromkeys(_SWITCHES, _checked_switch),
    **dict.fromkeys(("max_field_count", "max_field_bytes"), checked_limit),
    **dict.fromkeys(("tolerate", "refuse"), _checked_ids),
}
