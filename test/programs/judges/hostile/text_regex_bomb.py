# expect: cpu_timeout
# judge: {"kind": "text_match", "expected": ["b"], "mode": "equal", "answerPattern": "(a+)+b"}
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
