"""What a program writes to stdout and stderr: counted and dropped."""
import os


class Output:
    """The reading end of a program's output; ``bytes`` so far. ``end`` is the writing end, for the child."""

    def __init__(self, limit):
        self.limit = limit
        self.bytes = 0
        self.fd, self.end = os.pipe()
        os.set_blocking(self.fd, False)

    def drain(self):
        """Counts and drops what there is to read; returns whether the program wrote more than it may."""
        try:
            while self.bytes <= self.limit:
                data = os.read(self.fd, 1 << 16)
                if not data:
                    break
                self.bytes += len(data)
        except BlockingIOError:
            pass
        return self.exceeded

    @property
    def exceeded(self):
        return self.bytes > self.limit

    def close(self):
        os.close(self.fd)
