"""A role's child of a running program, as its supervisor sees it."""
import os
import signal
import socket
import time

from . import process_tree
from .frames import receive_frame, send_frame

END_SECONDS = 30
"""Within which killed children must have ended."""


class LostError(Exception):
    """The sandbox died or stopped answering under the program: no verdict."""


class Child:
    """One role's child of a running program."""

    def __init__(self, zygote, job, descriptors):
        self.zygote = zygote
        self.ended = None
        self._clean = False
        self._job = job
        send_frame(zygote.control, job, descriptors)

    def forked(self):
        """Takes the fork server's word that the child runs."""
        message, descriptors = receive_frame(self.zygote.control, 1)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        self.pid, self._pidfd = message["pid"], descriptors[0] if descriptors else None

    def take_end(self):
        """Reads the fork server's report of the end."""
        message, _ = receive_frame(self.zygote.control)
        if "unfit" in message:
            raise LostError("a %s could not be set up: %s" % (self.zygote.role, message["unfit"]))
        if "status" in message:
            self.ended = message
        self._clean = message["clean"]

    def kill(self):
        if self.ended is None:
            try:
                if self._pidfd is not None:
                    signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
                else:
                    # Nothing starts here before its end is read but what it started itself, so the id can be nobody else's.
                    os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def finish(self, deadline):
        """Kills the child and all below it; returns when the fork server has seen everything end."""
        self.kill()
        while self.ended is None or not self._clean:
            if self.ended is not None:
                process_tree.kill_all(process_tree.descendants(self.zygote.pid))
            self.zygote.control.settimeout(0.05 if self.ended is not None else END_SECONDS)
            try:
                self.take_end()
            except (socket.timeout, TimeoutError):
                if time.monotonic() > deadline:
                    raise LostError("children of %s do not end" % self.zygote.role) from None
            finally:
                self.zygote.control.settimeout(None)
        if self._pidfd is not None:
            os.close(self._pidfd)

    def cpu_seconds(self):
        if self.ended is not None:
            return self.ended["cpu"]
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0
