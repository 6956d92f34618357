"""What a unit finds in logs on its flash, and whether it still takes the plan in them.

arguments: file names. Prints name, records, digest, sealed, whole, the plan's id.
"""

import sys

from dosegauge_core import records
from unit import logfile, plan_check

for name in sys.argv[1:]:
    found = logfile.scan(name)
    digest = "".join(["%02x" % byte for byte in found.digest])
    whole = found.size == found.file_size and not found.fault
    with open(name, "rb") as file:
        opening = records.decode_json(records.read_log(file.read()).records[0])
    plan = plan_check.check_for_use(records.encode_json(opening["plan"]))
    print(name, found.sequence, digest, found.sealed, whole, plan["id"])
