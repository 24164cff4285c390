# expect: exception
# Connects to the sockets of the system's services.
import socket

def add(a, b):
    for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket", "/dev/log", "/tmp/.X11-unix/X0"):
        try:
            socket.socket(socket.AF_UNIX).connect(path)
            return 3
        except OSError:
            pass
    raise PermissionError
