# judge: {"kind": "text_match", "expected": ["42"], "mode": "contains", "answerPattern": "(?m)^A: .*$"}
Q: what?
A: it must be 42, I think
