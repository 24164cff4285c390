"""A Landlock domain of the program's own: what it may read and write, and that its signals stay inside.

Entering the domain is one system call per program, for the rules are made once. Older kernels know fewer restrictions; what is
missing then is reported by ``caveats``.
"""
import ctypes
import os

from .libc import syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_BITS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TRUNCATE, _FILE_ONLY = 1 << 14, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_SCOPE_ABSTRACT_SOCKET, _SCOPE_SIGNAL = 1, 2


def landlock_abi():
    """Version of the kernel's Landlock; 0 when it has none."""
    try:
        return syscall("landlock_create_ruleset", _CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def scopes_signals():
    return landlock_abi() >= 6


def make_ruleset(readable, writable):
    """A ruleset's descriptor: everything under ``readable`` may be read and executed, everything under ``writable`` changed."""
    abi = landlock_abi()
    every = (1 << _FILE_BITS_BY_ABI.get(min(abi, 5), 16)) - 1
    fields = [every, 3 if abi >= 4 else 0, _SCOPE_ABSTRACT_SOCKET | _SCOPE_SIGNAL if abi >= 6 else 0]
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = (ctypes.c_uint64 * 3)(*fields)
    ruleset = syscall("landlock_create_ruleset", _CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path in readable:
        _allow(ruleset, path, (_EXECUTE | _READ_FILE | _READ_DIR) & every)
    for path in writable:
        _allow(ruleset, path, every)
    return ruleset


def _allow(ruleset, path, access):
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            access &= _FILE_ONLY
        rule = ctypes.create_string_buffer(12)
        rule[0:8] = access.to_bytes(8, "little")
        rule[8:12] = parent.to_bytes(4, "little")
        syscall("landlock_add_rule", _ADD, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(parent)


def enter(ruleset):
    """Puts this process and all it will start into the domain, for good. Needs no-new-privileges."""
    syscall("landlock_restrict_self", _RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
