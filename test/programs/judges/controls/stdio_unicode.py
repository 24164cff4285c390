# judge: {"kind": "stdio", "cases": [{"stdin": "größe 😀\n", "stdout": "😀 ESSÖRG\n"}], "comparison": "exact"}
print(" ".join(word[::-1].upper() for word in reversed(input().split())))
