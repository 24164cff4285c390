"""What a main program writes: stdout is kept, stderr counted and dropped; both count against one limit."""
import os
import select

_MAX_REPORT = 2 << 20


class _Pipe:
    """The reading end of one pipe; ``end`` is the writing end, for the child. ``kept`` is None, or what was read."""

    def __init__(self, kept):
        self.fd, self.end = os.pipe()
        self.kept = kept
        os.set_blocking(self.fd, False)

    def read(self):
        """Takes what there is; returns its size, 0 when there is nothing (more)."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return 0
        if self.kept is not None:
            self.kept += data
        return len(data)


class CapturedOutput:
    """All that one run of a main program writes, in the form of an Output.

    ``stdout`` and ``report``: the bytes written there so far; ``bytes``: how many to stdout and stderr, and to the report beyond
    what one may have. ``ends``: the child's ends of report, stdout and stderr.
    """

    def __init__(self, limit):
        self.limit = limit
        self.bytes = 0
        self.stdout, self.report = bytearray(), bytearray()
        self._stdout, self._stderr, self._report = self._pipes = [_Pipe(self.stdout), _Pipe(None), _Pipe(self.report)]
        self._ready = select.epoll()
        for pipe in self._pipes:
            self._ready.register(pipe.fd, select.EPOLLIN)
        self.fd = self._ready.fileno()
        self.end = self._stdout.end
        self.ends = [self._report.end, self._stdout.end, self._stderr.end]

    def drain(self):
        """Takes what there is to read; returns whether the program wrote more than it may."""
        for pipe in self._pipes:
            while not self.exceeded:
                size = pipe.read()
                if size == 0:
                    break
                if pipe is not self._report:
                    self.bytes += size
                elif len(self.report) > _MAX_REPORT:
                    self.bytes += size
                    del self.report[_MAX_REPORT:]
        return self.exceeded

    @property
    def exceeded(self):
        return self.bytes > self.limit

    def close(self):
        """Closes all but ``end``, which whoever gave it to a child closes."""
        self._ready.close()
        for pipe in self._pipes:
            os.close(pipe.fd)
            if pipe.end != self.end:
                os.close(pipe.end)
