"""A unit's process for tests of world, bridge and restart: repeats what it reads.

Started as `echo_unit.py virtual PORT TOKEN`, by MicroPython or CPython. Lines from the host:
`exit` ends the process, `crash` ends it with an error, `time` gives the world's ms, `line` sends
`?` to the gauge and gives the answer as hex, `key` waits for a key; others come back.
"""

import json
import select
import socket
import sys

MICROPYTHON = sys.implementation.name == "micropython"
world = socket.socket()
world.connect(socket.getaddrinfo("127.0.0.1", int(sys.argv[2]))[0][-1])
stream = world if MICROPYTHON else world.makefile("rwb")
console_in = sys.stdin.buffer
console_out = sys.stdout.buffer


def send(*request):
    stream.write(json.dumps(list(request)).encode() + b"\n")
    if not MICROPYTHON:
        stream.flush()


def ask(*request):
    send(*request)
    answer = stream.readline()
    if not answer:
        sys.exit(0)
    return json.loads(answer)


def say(text):
    console_out.write(text.encode() + b"\n")
    if not MICROPYTHON:
        console_out.flush()


def wait(until):
    """World time passes, until the host sends something."""
    send("wait", until)
    poller = select.poll()
    poller.register(sys.stdin, select.POLLIN)
    poller.register(world, select.POLLIN)
    ready = [entry[0] for entry in poller.poll(-1)]
    if world not in ready and world.fileno() not in ready:
        send("cancel")
    answer = stream.readline()
    if not answer:
        sys.exit(0)
    return json.loads(answer)


def ask_gauge():
    ask("port", "A", 4800, 7, "E", 2)
    ask("lines", "A", False, True)
    ask("write", "A", "3f8d")
    until, received = ask("wait", 0)["t"] + 500, ""
    while True:
        answer = ask("wait", until)
        received += answer["rx"].get("A", "")
        if received.endswith("8d") or answer["t"] >= until:
            return received


def run():
    hello = ask("hello", sys.argv[3], {"runtime": sys.implementation.name, "version": "0"})
    ask("show", "menu:echo", ["echo", "", "", ""])
    say("hello " + hello["unit"])
    line = b""
    while True:
        wait(None)
        poller = select.poll()
        poller.register(sys.stdin, select.POLLIN)
        while poller.poll(0):
            byte = console_in.read(1) if MICROPYTHON else console_in.raw.read(1)
            if not byte:
                sys.exit(0)
            if byte != b"\n":
                line += byte
                continue
            act(line.decode())
            line = b""


def act(line):
    if line == "exit":
        sys.exit(0)
    elif line == "crash":
        raise ValueError("told to crash")
    elif line == "time":
        say(str(ask("wait", 0)["t"]))
    elif line == "line":
        say(ask_gauge())
    elif line == "key":
        keys = []
        while not keys:
            keys = ask("wait", None)["keys"]
        say(" ".join(keys))
    elif line.startswith("burst "):
        for _ in range(int(line[6:]) // 500):
            console_out.write(b"x" * 500)
    else:
        say(line)


run()
