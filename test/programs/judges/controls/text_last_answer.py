# judge: {"kind": "text_match", "expected": ["(B)"], "mode": "equal", "answerPattern": "answer is (.*?)\\."}
First I thought that the answer is (A). But the answer is (B).
