# expect: early_exit
# Ends the process with success before any test.
import sys
sys.exit(0)
