# Changes everything of the interpreter that another program could see, were it the same process.
import builtins
import os
import random
import sys
import threading

builtins.answer = 3
sys.answer = 3
os.environ["ANSWER"] = "3"
random.seed(3)
sys.path.insert(0, "answer")
sys.setrecursionlimit(12345)
threading.current_thread().name = "answer"
sys.modules["answer"] = sys

def add(a, b):
    return 0
