"""The modules that a fork server imports once, so that no program pays for them."""
import importlib
import os

COMMON_MODULES = (
    "abc array bisect cmath collections collections.abc contextlib copy datetime decimal enum fractions functools heapq itertools "
    "json math numbers operator os random re string struct sys time typing"
).split()
CANDIDATE_MODULES = (
    "ast base64 calendar dataclasses hashlib inspect io keyword queue statistics textwrap threading traceback types unicodedata "
    "warnings"
).split()
"""Nearly all that programs of this kind import. Every page more costs forks."""


def preload(role):
    """Imports them for a ``role``; returns what they would have run in every forked child, which costs more than the fork."""
    hooks = []
    register, os.register_at_fork = os.register_at_fork, lambda **when: hooks.append(when)
    for name in COMMON_MODULES + (CANDIDATE_MODULES if role == "candidate" else []):
        importlib.import_module(name)
    os.register_at_fork = register
    return hooks
