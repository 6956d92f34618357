# dosegauge launcher: starts the program that `dosegauge unit install` has put into /app.
#
# /app/current names the build that runs; /app/trial one that is to be tried once, /app/tried the
# one that is being tried now. The program makes tried the current one when it answers a host
# (unit/identity.py); a build that never gets there is given up at the next start if there is
# another.
import os
import sys


def read(name):
    try:
        with open("/app/" + name) as file:
            return file.read()
    except OSError:
        return ""


def remove(path):
    if os.stat(path)[0] & 0x4000:
        for name in os.listdir(path):
            remove(path + "/" + name)
        os.rmdir(path)
    else:
        os.remove(path)


def choose():
    trial = read("trial")
    if trial:
        os.rename("/app/trial", "/app/tried")
        return trial
    current, tried = read("current"), read("tried")
    if tried and not current:
        return tried
    if tried:
        os.remove("/app/tried")
        return current
    try:
        for name in os.listdir("/app") if current else ():
            if name not in (current, "current"):
                remove("/app/" + name)
    except OSError as error:
        print("what is left of another build stays for now:", error)
    return current


def start(build):
    sys.path.insert(0, "/app/" + build)
    try:
        import program  # noqa: F401
    except Exception as error:
        sys.print_exception(error)
        if read("tried") and read("current"):
            import time

            import machine

            # In this pause Ctrl-C still reaches the interpreter.
            time.sleep_ms(3000)
            machine.reset()


build = choose()
if build:
    start(build)
else:
    print("no dosegauge program is installed: dosegauge unit install")
