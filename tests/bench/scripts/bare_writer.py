"""The bare baseline of the sync: writes as many bytes as a line of its input asks for.

Each line holds the number of bytes and the size of one write.
"""

import sys

while True:
    line = sys.stdin.readline()
    if not line:
        break
    size, piece = [int(word) for word in line.split()]
    data = b"U" * piece
    while size > 0:
        size -= sys.stdout.buffer.write(data if size >= piece else data[:size])
