# expect: failed_assertion
# judge: {"kind": "text_match", "expected": ["caf\u00e9"], "mode": "equal", "ignoreCase": true}
café
