"""Entry of a fork server: ``python -s -S -B run_zygote.py SETTINGS``. Its folder leaves sys.path before any program runs."""
import builtins
import json
import sys

import _sitebuiltins

from leti_sandbox.zygote import run_zygote

sys.path.pop(0)
builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
run_zygote(json.loads(sys.argv.pop()))
