"""The contract about the TUI names every module of the host: a new one can't escape it."""

import tomllib

from tests.conftest import ROOT

# The command line opens the TUI, and the package's own front doors call the command line.
FRONT_DOORS = {"__init__", "__main__", "cli", "tui"}


def test_the_tui_contract_lists_every_module() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["forbidden_modules"] == ["dosegauge.tui"]
    ]
    host = ROOT / "host" / "dosegauge"
    present = {
        path.stem
        for path in host.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    listed = {
        name.removeprefix("dosegauge.")
        for name in contract["source_modules"]
        if name.startswith("dosegauge.")
    }
    assert listed == present - FRONT_DOORS
