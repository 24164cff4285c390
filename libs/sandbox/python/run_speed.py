"""Prints the CPU seconds of one round of work in this interpreter on this machine: ``python run_speed.py``."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from leti_sandbox.speed import undisturbed_round_seconds  # noqa: E402

print(undisturbed_round_seconds())
