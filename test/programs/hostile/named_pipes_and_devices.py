# expect: failed_assertion | exception | wall_timeout
# Leaves named pipes, sockets and files with odd names behind.
import os
import socket

def add(a, b):
    os.mkfifo("pipe")
    socket.socket(socket.AF_UNIX).bind("socket")
    for name in ("-rf", "\n", "\udcff\udcfe", " ", "x" * 255, "..."):
        open(name, "w").close()
        os.chmod(name, 0)
    os.makedirs("a/b/c")
    os.chmod("a/b/c", 0)
    os.chmod("a", 0o500)
    return 0
