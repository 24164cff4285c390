"""A role's child of a running program, as its supervisor sees it."""
import os
import select
import signal
import time

from . import process_tree
from .frames import receive_frame, send_frame

END_SECONDS = 8
"""Within which killed children must have ended."""
_FORK_SECONDS = 30
_SWEEP_SECONDS = 0.005
_ALIVE_SECONDS = 1


class LostError(Exception):
    """The sandbox died or stopped answering under the program: no verdict."""


class Child:
    """One role's child of a running program.

    ``survivors``: whether more turned up after all below it had been killed; ``cpu_fence_seconds``: CPU time at which the kernel
    ends it.
    """

    def __init__(self, zygote, job, descriptors):
        self.zygote = zygote
        self.ended = None
        self.survivors = False
        self.pid = self._pidfd = None
        self._gone = False
        self._clean = False
        self._job = job
        self.cpu_fence_seconds = job["limits"]["cpuSeconds"]
        send_frame(zygote.control, job, descriptors)

    def forked(self, alive):
        """Takes the fork server's word that the child runs; ``alive()`` is called while it takes its time."""
        deadline = time.monotonic() + _FORK_SECONDS
        while not _readable(self.zygote.control.fileno(), _ALIVE_SECONDS):
            alive()
            if time.monotonic() > deadline:
                raise LostError("a %s is not forked" % self.zygote.role)
        message, _ = receive_frame(self.zygote.control)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        if "pid" not in message:
            raise LostError("a %s ended before it could be set up" % self.zygote.role)
        self.pid = message["pid"]
        if "reaped" in message:
            self._pidfd = _open_child(self.pid, self.zygote.pid)
            self._gone = self._pidfd is None

    def take_end(self):
        """Reads the fork server's report of the end."""
        message, _ = receive_frame(self.zygote.control)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        if "status" in message:
            self.ended = message
        self._clean = message["clean"]

    def has_ended(self):
        """Whether the process is dead, though the fork server may not have said so yet."""
        if self.ended is not None or self._gone:
            return True
        if self._pidfd is not None:
            return _readable(self._pidfd)
        use = process_tree.usage([self.pid]).get(self.pid)
        return use is None or use.state in "ZX"

    def kill(self):
        """Kills the process, not yet what is below it."""
        if self.ended is None and self.pid is not None and not self._gone:
            try:
                if self._pidfd is not None:
                    signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
                else:
                    # Nothing starts here before its end is read but what it started itself, so the id can be nobody else's.
                    os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def kill_tree(self):
        """Kills the process and all below it that a look finds."""
        self.kill()
        process_tree.kill_all(process_tree.descendants(self.zygote.pid))

    def finish(self, deadline):
        """Kills the child and all below it; returns when the fork server has seen everything end."""
        if self.pid is None:
            raise LostError("a %s was never forked" % self.zygote.role)
        self.kill()
        swept = set()
        while self.ended is None or not self._clean:
            if self.ended is not None:
                self._sweep(swept)
            if _readable(self.zygote.control.fileno(), _SWEEP_SECONDS if self.ended is not None else END_SECONDS):
                self.take_end()
            elif time.monotonic() > deadline:
                raise LostError("children of %s do not end" % self.zygote.role)
        if self._pidfd is not None:
            os.close(self._pidfd)

    def _sweep(self, swept):
        found = process_tree.descendants(self.zygote.pid)
        if swept and not swept.issuperset(found):
            self.survivors = True
        swept.update(found)
        process_tree.kill_all(found)

    def cpu_seconds(self):
        if self.ended is not None:
            return self.ended["cpu"]
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0


def _open_child(pid, parent):
    """A descriptor of ``parent``'s child ``pid``; None when it has been reaped, after which the id may be another process's."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    if process_tree.parent(pid) == parent:
        return pidfd
    os.close(pidfd)
    return None


def _readable(descriptor, seconds=0.0):
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(1000 * seconds))
