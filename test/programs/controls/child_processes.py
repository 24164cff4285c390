# Processes of the library, with pipes and exit codes.
import multiprocessing
import os

def square(x, connection):
    connection.send(x * x)
    connection.close()

def in_child(x):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=square, args=(x, theirs))
    process.start()
    found = ours.recv()
    process.join()
    return found, process.exitcode

def status(code):
    child = os.fork()
    if child == 0:
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
# tests:
assert in_child(4) == (16, 0) and status(7) == 7
