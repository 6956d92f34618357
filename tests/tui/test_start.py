"""What is imported before the first picture."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "serial", "numpy", "openpyxl", "typst")


def test_nothing_heavy_is_imported_before_the_first_picture() -> None:
    code = (
        "import sys; import dosegauge.tui.app; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
