# expect: early_exit
# Crashes the interpreter.
import os
os.abort()
