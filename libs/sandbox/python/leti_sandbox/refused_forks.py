"""Processes and threads that a control group around everything here refused: for want of room, and for no limit of a program's own."""
import os

_MOUNT = "/sys/fs/cgroup"


class RefusedForks:
    """Counts them from its making on, where the kernel tells: the ``pids.events`` of ``files``."""

    def __init__(self, files):
        self._files = files
        self._before = self._read()

    def moved(self):
        """Whether there have been any since."""
        return self._read() != self._before

    def _read(self):
        return [_text(path) for path in self._files]


def event_files(groups="/proc/self/cgroup", mount=_MOUNT):
    """The ``pids.events`` of this process's control groups that are to be seen, each with those above it; none where there are none.

    ``groups``, ``mount``: where the kernel lists the groups, and where they are mounted.
    """
    found = []
    for line in _text(groups).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            roots = [mount, os.path.join(mount, "unified")]
        elif "pids" in controllers.split(","):
            roots = [os.path.join(mount, controllers)]
        else:
            continue
        names = path.strip("/").split("/")
        # In a container the path may be the host's, of which only the end of the climb is mounted.
        paths = [os.path.join(root, *names[:depth], "pids.events") for root in roots for depth in range(len(names), -1, -1)]
        found.extend(path for path in dict.fromkeys(paths) if os.path.exists(path))
    return found


def _text(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""
