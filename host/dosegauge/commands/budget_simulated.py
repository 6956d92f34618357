"""`dosegauge budget` for the quantities whose uncertainty only simulation tells."""

import argparse
import secrets
from typing import Any

from dosegauge.output import print_json, printable, table
from dosegauge.texts import Text, in_language
from dosegauge.uncertainty import labels, simulated
from dosegauge.uncertainty.files import Refused
from dosegauge.uncertainty.simulated.outcome import as_data

USUAL_TRIALS, MOST_TRIALS, FEWEST_TRIALS = 1000, 100_000, 100
_LARGEST_SEED = 2**63


def run(arguments: argparse.Namespace, content: dict[str, Any]) -> int:
    """Measures again many times and prints each figure with u, bias and interval."""
    _refuse_others(arguments)
    trials = _trials(arguments)
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    if not 0 <= seed < _LARGEST_SEED:
        raise Refused("--seed", Text("应为非负整数", "must be a whole number of 0 or more"))
    quantity = simulated.find(arguments.name)
    outcome = quantity.run(content, trials, seed)
    data = as_data(arguments.name, labels.TITLES[arguments.name], quantity, outcome)
    if arguments.json:
        print_json(data)
        return 0
    _print(data, arguments.lang)
    return 0


def _refuse_others(arguments: argparse.Namespace) -> None:
    """Options that mean nothing where there is no formula."""
    for option in ("set", "k", "level", "lower", "upper", "rule", "required", "item", "chart"):
        if getattr(arguments, option):
            raise Refused(
                f"--{option}",
                Text("这个量没有公式，只能模拟", "this quantity has no formula, only simulation"),
            )


def _trials(arguments: argparse.Namespace) -> int:
    if arguments.trials is None:
        return USUAL_TRIALS
    text = str(arguments.trials)
    if not (text.isascii() and text.isdigit()):
        raise Refused("--trials", Text("应为整数", "must be a whole number"))
    if not FEWEST_TRIALS <= int(text) <= MOST_TRIALS:
        allowed = f"{FEWEST_TRIALS} … {MOST_TRIALS}"
        raise Refused("--trials", Text(f"应在 {allowed} 之间", f"must be within {allowed}"))
    return int(text)


def _print(data: dict[str, Any], language: str) -> None:
    heads = [
        Text("量", "quantity"),
        Text("测得值", "measured"),
        Text("单位", "unit"),
        Text("u", "u"),
        Text("偏倚", "bias"),
        Text("95 % 区间", "95 % interval"),
    ]
    rows = [
        [
            in_language(Text(**figure["label"]), language),
            figure["value"],
            figure["unit"],
            figure["u"],
            figure["bias"],
            " … ".join(figure["interval"]),
        ]
        for figure in data["figures"]
    ]
    print(table([in_language(head, language) for head in heads], rows))
    found = data["monte_carlo"]
    lines = [
        Text(
            f"{found['trials']} 次模拟，种子 {found['seed']}；偏倚未从测得值中扣除",
            f"{found['trials']} trials, seed {found['seed']}; the bias is not subtracted from "
            "what was measured",
        ),
        *(Text(**warning) for warning in data["warnings"]),
        Text(f"依据：{data['source']['zh']}", f"source: {data['source']['en']}"),
    ]
    for line in lines:
        print(printable(in_language(line, language)))
