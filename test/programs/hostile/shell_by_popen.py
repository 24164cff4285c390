# expect: exception | failed_assertion | early_exit
# Reads the output of a shell command.
import os

def secret():
    return os.popen("cat /etc/hostname; id; ls /root").read()
# tests:
assert secret()
