"""System calls that the standard library lacks, through ctypes; x86-64 and AArch64."""
import ctypes
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)
X86_64 = platform.machine() == "x86_64"

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 36, 38
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 1 << 12, 1 << 14, 1 << 18


def _checked(name, result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (name, os.strerror(number)))
    return result


def syscall(name, number, *args):
    """Calls system call ``number``; raises OSError that names ``name``."""
    return _checked(name, _libc.syscall(ctypes.c_long(number), *args))


def prctl(option, *args):
    padded = [ctypes.c_ulong(arg) if isinstance(arg, int) else arg for arg in args]
    padded += [ctypes.c_ulong(0)] * (4 - len(padded))
    return _checked("prctl", _libc.prctl(ctypes.c_int(option), *padded))


def unshare(flags):
    return _checked("unshare", _libc.unshare(ctypes.c_int(flags)))


def mount(source, target, kind, flags, data=""):
    return _checked("mount", _libc.mount(os.fsencode(source), os.fsencode(target), os.fsencode(kind), ctypes.c_ulong(flags),
                                         os.fsencode(data)))


def set_read_only(path, value, recursive=False):
    """Makes the mount at ``path``, with those below it if ``recursive``, read-only, or writable again. Linux 5.12."""
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY if value else 0, 0 if value else _MOUNT_ATTR_RDONLY, 0, 0)
    syscall("mount_setattr", 442, ctypes.c_int(_AT_FDCWD), os.fsencode(path), ctypes.c_uint(_AT_RECURSIVE if recursive else 0),
            ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)))


_MOUNT_ATTR_RDONLY, _AT_FDCWD, _AT_RECURSIVE = 1, -100, 0x8000


def fork():
    """A bare fork for a process with a single thread. ``os.fork`` would in every child rebuild the locks of other threads and
    write to a hundred more pages, each of which has to be copied."""
    return _checked("fork", _FORK())


_FORK = ctypes.PyDLL(None).fork


def fork_and_sleep():
    """A fork whose caller runs on only when the child has ended, each with its own memory.

    A caller that sleeps touches no page that it shares with the child, which would have to be copied for it.
    """
    return _checked("clone", _SYSCALL(_CLONE, ctypes.c_ulong(_CLONE_VFORK | _SIGCHLD), *[ctypes.c_ulong(0)] * 4))


_SYSCALL = ctypes.PyDLL(None, use_errno=True).syscall
_CLONE = ctypes.c_long(56 if X86_64 else 220)
_CLONE_VFORK, _SIGCHLD = 0x4000, 17


def drop_capabilities():
    """Empties every capability set of this process; nothing it executes later gets them back (no-new-privileges)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    _checked("capset", _libc.capset(header, data))
