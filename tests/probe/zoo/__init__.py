"""Servers that are broken in exactly one way each, beside a correct one."""

from . import accepts, answers, doors, http2, refusals
from .animal import ZOO, Animal
from .server import Correct, Handler, listening, serving
from .thread import in_thread

__all__ = [
    "ZOO",
    "Animal",
    "Correct",
    "Handler",
    "accepts",
    "answers",
    "doors",
    "http2",
    "in_thread",
    "listening",
    "refusals",
    "serving",
]
