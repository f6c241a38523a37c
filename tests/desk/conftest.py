"""What tests of several verbs work on."""

import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def rules(tmp_path):
    """Plans and rubrics of the sample years, to be changed."""
    for path in [*DATA.glob("*/plan.yaml"), *DATA.glob("*/rubrics/*.yaml")]:
        target = tmp_path / path.relative_to(DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path
