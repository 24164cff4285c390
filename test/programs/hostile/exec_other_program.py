# expect: exception | early_exit
# Replaces itself by a program that ends with success.
import os

def add(a, b):
    os.execv("/bin/true", ["/bin/true"])
