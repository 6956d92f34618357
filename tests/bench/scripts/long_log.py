"""Writes a long sealed survey log into a flash image: IMAGE BLOCK_SIZE BLOCKS PLAN RECORDS."""

import json
import sys

import ramflash

from boards.flashfile import mount
from dosegauge_core import records
from unit.archive import Archive

image, block_size, blocks, plan_path, count = sys.argv[1:]
mount(image, int(block_size), int(blocks), "/flash")
board = ramflash.Board()
archive = Archive(board)
recorder = archive.begin()
with open(plan_path) as file:
    plan = json.load(file)
opening = {"session": archive.session_id(archive.open_number), "unit": board.unit_id, "plan": plan}
recorder.append_json(records.OPEN, opening)
for second in range(int(count)):
    payload = records.reading_payload(0, 1, second * 1000, second.to_bytes(8, "little"))
    recorder.append(records.READING, payload)
recorder.seal("complete")
print(board.unit_id, recorder.flushed_size)
