# expect: failed_assertion | exception
# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "3 4\n", "stdout": "7\n"}]}
import subprocess

print(subprocess.run(["echo", "3"], capture_output=True).stdout)
