"""Print where modules are searched, then every argument and all of standard input."""

import sys

print("|".join(sys.path))
print("|".join(sys.argv[1:]))
print(sys.stdin.read())
