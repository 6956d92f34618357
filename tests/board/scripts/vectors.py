"""Runs check cases from flash and tells over USB what each gives: one line a case.

Stands for `unit.app`. /cases holds "MODULE JSON" a line, so that only one case is in memory.
"""

import gc
import json

import run_vectors


class Unit:
    def __init__(self, board):
        self._board = board

    async def main(self):
        with open("/cases") as cases:
            while True:
                line = cases.readline()
                if not line:
                    break
                module, _, text = line.partition(" ")
                case = json.loads(text)
                ok, got = run_vectors.run_case(module, case)
                self.say(json.dumps([module, case["name"], ok, got]))
                case = got = None
                gc.collect()
        self.say("end")

    def say(self, line):
        self._board.link.write(line.encode() + b"\n")
