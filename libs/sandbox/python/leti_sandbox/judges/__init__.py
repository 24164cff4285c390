"""Ways of judging, one module each, over what ``leti_sandbox.judge`` has in common."""
