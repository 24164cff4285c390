# expect: exception | failed_assertion
# Makes a program file that would run as another user.
import os
import stat

def add(a, b):
    with open("shell", "wb") as file:
        file.write(b"#!/bin/sh\nid\n")
    os.chmod("shell", 0o6777)
    os.execv("./shell", ["shell"])
