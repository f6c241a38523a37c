"""The worked cases of every method, one file a method, and one case a way of stating it."""

from pathlib import Path

from ruamel.yaml import YAML

FOLDER = Path(__file__).parents[1] / "rubric" / "methods"
FILES = {path.stem: YAML(typ="safe", pure=True).load(path) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = {f"{name} {place}": (name, case) for name, cases in FILES.items() for place, case in enumerate(cases, start=1)}
