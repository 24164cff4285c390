# Leaves a file, a locked folder and a link in its folder.
import os

def add(a, b):
    open("answer", "w").write("3")
    os.mkdir("locked")
    open("locked/answer", "w").write("3")
    os.chmod("locked", 0)
    os.symlink("/", "root")
    return 0
