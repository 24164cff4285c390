# judge: {"kind": "text_match", "expected": ["no", "valid"], "mode": "equal", "ignoreCase": true}
   Valid
