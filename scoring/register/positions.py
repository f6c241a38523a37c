"""Posts (chức danh) of the units, and what their units' results are to them.

A position is a post at a unit, such as the chair of a grassroots union; never a named person. Positions are scored,
graded and ranked like units, by a rubric whose subject they are: `position_register` gives that rubric's register,
`positions_of` its `units`, and `unit_result_entries` the entries that nobody reports.
"""

from __future__ import annotations

import pandas as pd

from scoring.core.language import in_words, say
from scoring.core.points import half_up, product
from scoring.register.units import Register
from scoring.rubric.model import Rubric

SOURCE = "unit_result"
"""The indicator source of what a position takes from its unit."""


def positions_of(units: pd.DataFrame, rubric: Rubric) -> pd.DataFrame:
    """The posts of `rubric.types` at every unit, as the rows `score` and `rank` take for units.

    One row per unit and post, in the order of the units: the columns of `units`, with the post's own id, name and
    type, `unit`, the id of its unit, and `body`, the unit's name. Block, members and eligibility are the unit's; for a
    merged unit the same post of the other one answers.
    """
    titles = in_words(rubric).types.items()
    posts = [_posts(units, post, say("{post} {unit}", post=title, unit="")) for post, title in titles]
    return pd.concat(posts).sort_values(["unit", "type"], ignore_index=True)


def position_register(register: Register, rubric: Rubric) -> Register:
    """The register of the posts: what happened to a unit happened to its posts, which have no other names."""
    spans = [_posts(register.spans, post, f"{title} ") for post, title in rubric.types.items()]
    columns = register.events.columns.intersection(["unit", "other_unit"])
    events = [
        register.events.assign(**{name: _post_at(register.events[name], post) for name in columns})
        for post in rubric.types
    ]
    by_post = pd.concat(spans).sort_values(["id", "from"], ignore_index=True).drop(columns=["unit", "body"])
    return Register(by_post.assign(aliases=""), pd.concat(events).sort_values("date", ignore_index=True))


def unit_result_entries(
    standings: pd.DataFrame, unit_rubric: Rubric, positions: pd.DataFrame, rubric: Rubric
) -> pd.DataFrame:
    """The unit's figure as an entry of each position, for every criterion with the source `unit_result`.

    standings: of the units, as `rank` makes them under `unit_rubric`. positions: as `positions_of` makes them.
    Gives rows like those of `intake`, in the annual period, with `file` empty and the place in words in `cell`.
    A unit without a band gives no entry, so that its positions' criterion is missing, not 0.
    """
    graded = standings.loc[standings["band"].notna(), ["unit", "figure"]].astype({"unit": "str"})
    own = positions[["id", "unit"]].astype("str").merge(graded, on="unit")
    asked = [item for item in rubric.criteria if item.indicator is not None and item.indicator.source == SOURCE]
    criteria = pd.DataFrame({"criterion": [item.id for item in asked], "scale": [item.value_scale for item in asked]})
    rows = own.merge(criteria, how="cross")
    figures, scales = rows["figure"].to_numpy("int64"), rows["scale"].to_numpy("int64")
    entries = pd.DataFrame(
        {
            "unit": rows["id"],
            "criterion": rows["criterion"],
            "period": rubric.annual_period.id,
            "value": half_up(product(figures, scales), 10**unit_rubric.figure.decimals),
            "base": pd.NA,
            "not_applicable": False,
            "self_points": pd.NA,
            "evidence": pd.NA,
            "file": "",
            "sheet": "",
            "cell": f"kết quả năm {unit_rubric.year} của đơn vị " + rows["unit"],
        }
    )
    return entries.astype({"value": "Int64", "base": "Int64", "self_points": "Int64", "evidence": "str"})


def _posts(units: pd.DataFrame, post: str, before: str) -> pd.DataFrame:
    """The units' rows as those of a post; before: what stands before a unit's name in the post's."""
    names = {name: before + units[name] for name in ("name", "short_name")}
    answers = {name: _post_at(units[name], post) for name in units.columns.intersection(["answered_by"])}
    return units.assign(
        unit=units["id"], body=units["name"], id=_post_at(units["id"], post), type=post, **names, **answers
    )


def _post_at(units: pd.Series[str], post: str) -> pd.Series[str]:
    """The ids of a post at these units; NA where there is none."""
    return units + f"-{post.upper()}"
