"""Flash erases per 32-byte record at 1 Hz with the unit's flush policy, on the rp2 geometry."""

import ramflash

from dosegauge_core import records
from unit.archive import Archive

flash = ramflash.mount(352)
archive = Archive(ramflash.Board())
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": "x"})
recorder.flush()
before, count = flash.erases, 3600
for second in range(count):
    payload = records.reading_payload(0, 1, second * 1000, second.to_bytes(8, "little"))
    recorder.append(records.READING, payload)
print(flash.erases - before, count, len(payload) + 17)
