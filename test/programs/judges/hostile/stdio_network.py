# expect: failed_assertion | exception
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import socket

try:
    socket.create_connection(("127.0.0.1", 22), timeout=1)
    print(3)
except OSError:
    print("no network")
