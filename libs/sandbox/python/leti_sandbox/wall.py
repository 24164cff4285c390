"""What stands around programs in each runtime, and the start of a fork server behind it."""
import json
import os
import select
import socket
import subprocess
import sys
from collections import namedtuple

from .frames import receive_frame

_ENTRY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "run_zygote.py")
_SYSTEM = ["/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/null"]
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONUTF8": "1"}
_LOADER = ("LD_LIBRARY_PATH",)
START_SECONDS = 30


Wall = namedtuple("Wall", "sandlock own_namespaces confine one_fate hide_proc")
"""``sandlock``: around each fork server (Landlock, seccomp, its own supervisor). ``own_namespaces``: the supervisor makes them.
``confine``: children get our own filters. ``one_fate``: the supervisor's end is the end of everything that it started. ``hide_proc``:
fork servers cover /proc, for gVisor of 2024 shows each process the environment, maps and descriptors of all."""

WALLS = {
    "gvisor": Wall(sandlock=False, own_namespaces=False, confine=True, one_fate=True, hide_proc=True),
    "sandlock": Wall(sandlock=True, own_namespaces=True, confine=True, one_fate=False, hide_proc=False),
    "unsafe-process": Wall(sandlock=False, own_namespaces=False, confine=False, one_fate=False, hide_proc=False),
}
"""By the name of the runtime. In gVisor the supervisor itself runs in the guest, as its process 1."""


class NoIsolationError(Exception):
    """The machine cannot run the outer wall; the message says why."""


def load_sandlock(folder):
    """The sandlock package from ``folder`` (or wherever Python finds it), able to run here; NoIsolationError otherwise."""
    if folder:
        sys.path.insert(0, folder)
    try:
        import sandlock
    except Exception as error:
        reason = "sandlock cannot be loaded (%s: %s); run the set-up again" % (type(error).__name__, error)
        raise NoIsolationError(reason) from error
    abi = sandlock.landlock_abi_version()
    if abi < 1:
        raise NoIsolationError("the kernel has no Landlock (Linux 5.13 or newer with landlock in its list of security modules)")
    return sandlock


def degraded_protections(sandlock):
    """Protections that this kernel lacks, as caveats."""
    abi = sandlock.landlock_abi_version()
    found = []
    if abi < 6:
        found.append("The kernel cannot scope signals (Landlock %d, 6 needed): programs are kept from sending any." % abi)
    return found


def start_zygote(role, python, wall, readable, writable, sandlock, shown, token):
    """Starts the fork server of ``role``; returns (control socket, process id, object to keep alive).

    ``readable`` and ``writable``: what its programs may reach; ``shown``: what it may read besides while it starts. ``token``
    stands in the command line of the fork server and so of all that it forks.
    """
    ours, theirs = socket.socketpair()
    settings = {"role": role, "confine": wall.confine, "oneFate": wall.one_fate, "hideProc": wall.hide_proc,
                "readable": [*_SYSTEM, *readable], "writable": writable, "token": token}
    command = [python, "-s", "-S", "-B", "-W", "ignore", _ENTRY, json.dumps(settings)]
    environment = {**_ENVIRONMENT, **{name: os.environ[name] for name in _LOADER if name in os.environ}}
    if sandlock is None:
        keep = subprocess.Popen(command, stdin=theirs, stdout=subprocess.DEVNULL, env=environment, start_new_session=True)
    else:
        keep = _start_walled(sandlock, command, [*_SYSTEM, *readable, *shown], writable, theirs)
    theirs.close()
    if not select.select([ours], [], [], START_SECONDS)[0]:
        raise TimeoutError("a fork server says nothing for %d s" % START_SECONDS)
    ready, _ = receive_frame(ours)
    return ours, ready, keep


def _start_walled(sandlock, command, readable, writable, control):
    sandbox = sandlock.Sandbox(
        fs_readable=[path for path in readable if os.path.exists(path)],
        fs_writable=[*writable, "/dev/null"],
        clean_env=True,
        env=_ENVIRONMENT,
        no_coredump=True,
        allow_degraded=list(sandlock.Protection),
    )
    # The child inherits descriptors 0 to 2 and nothing else: its control socket has to be descriptor 0.
    stdin, stdout = os.dup(0), os.dup(1)
    try:
        os.dup2(control.fileno(), 0)
        os.dup2(2, 1)
        return sandbox, sandbox.popen(command)
    finally:
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        os.close(stdin)
        os.close(stdout)
