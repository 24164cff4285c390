"""Entry of a slot's supervisor: ``python -S -s -B run_supervisor.py SETTINGS``."""
import json
import sys

from leti_sandbox.supervisor import run_supervisor

run_supervisor(json.loads(sys.argv[1]))
