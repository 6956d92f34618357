"""`dosegauge budget NAME --trials`: the budget checked by Monte Carlo on the command line."""

import json

import pytest

from dosegauge.cli import main
from dosegauge.uncertainty import catalogue

NAMES = [*catalogue.models(), catalogue.FORMULA]


@pytest.fixture
def budget(tmp_path, capsys):
    """Runs a budget's example with options; gives exit code, stdout and stderr."""

    def run(name, *options):
        file = tmp_path / "input.json"
        file.write_text(json.dumps(catalogue.example(name)))
        code = main(["--lang", "en", "budget", name, "--input", str(file), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize("name", NAMES)
def test_every_example_can_be_simulated(budget, name):
    code, out, err = budget(name, "--trials", "20000", "--seed", "5", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)["monte_carlo"]
    assert (found["trials"], found["seed"]) == (20_000, 5)
    low, high = (float(end) for end in found["symmetric"])
    assert low < float(found["value"] or found["median"]) < high


def test_without_trials_there_is_no_monte_carlo(budget):
    code, out, _ = budget("hole-depth", "--json")
    assert code == 0
    assert json.loads(out)["monte_carlo"] is None


def test_the_text_has_seed_and_verdict(budget):
    code, out, _ = budget("hole-depth", "--trials", "adaptive", "--seed", "5", "--digits", "1")
    assert code == 0
    assert "seed 5 (numpy " in out
    assert "d_low = " in out


def test_the_level_of_the_budget_is_that_of_the_simulation(budget):
    _, out, _ = budget("hole-depth", "--trials", "20000", "--level", "0.99", "--json")
    assert json.loads(out)["monte_carlo"]["level"] == "0.9900"


@pytest.mark.parametrize(
    ("trials", "reason"),
    [
        ("many", "--trials: must be a whole number or adaptive"),
        ("-5", "--trials: must be a whole number or adaptive"),
        ("100", "100 trials are too few; at least 2000 are needed"),
        ("100000000", "100000000 trials are more than 10000000"),
    ],
)
def test_wrong_trials_are_refused_in_one_line(budget, trials, reason):
    code, out, err = budget("hole-depth", f"--trials={trials}", "--json")
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


def test_a_wrong_seed_is_refused(budget):
    code, _, err = budget("hole-depth", "--trials", "20000", "--seed=-1")
    assert code == 2
    assert "the seed is a whole number from 0, not -1" in err
