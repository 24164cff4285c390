# expect: failed_assertion
# judge: {"kind": "text_match", "expected": ["valid"], "mode": "equal"}
import os
print("valid")
os._exit(0)
