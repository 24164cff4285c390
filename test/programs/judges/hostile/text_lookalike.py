# expect: failed_assertion
# judge: {"kind": "text_match", "expected": ["(A)"], "mode": "equal", "answerPattern": "answer is (.*?)\\."}
So the answer is (Α).
