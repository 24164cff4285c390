# expect: output_exceeded
# Writes raw bytes without end to the error stream.
import os

while True:
    os.write(2, b"\xff" * 65536)
