"""What the parts of a rubric say against each other: every check, in its order."""

from __future__ import annotations

from scoring.rubric.checks.bands import check_bands, check_facts, check_gates, check_periods, check_quotas, check_ties
from scoring.rubric.checks.criteria import check_indicators, check_scopes
from scoring.rubric.checks.groups import check_group_rankings
from scoring.rubric.checks.parts import check_ids
from scoring.rubric.checks.sums import check_nets, check_sums, check_weights
from scoring.rubric.checks.tasks import check_task_indicators
from scoring.rubric.checks.words import (
    check_advice,
    check_clauses,
    check_english_names,
    check_file_names,
    check_sources,
    check_subject,
    check_wordings,
)

CHECKS = (
    *(check_ids, check_sums, check_nets, check_weights),
    *(check_clauses, check_subject, check_sources, check_file_names, check_english_names, check_wordings, check_advice),
    *(check_scopes, check_indicators),
    *(check_periods, check_facts, check_bands, check_gates, check_quotas, check_ties),
    *(check_task_indicators, check_group_rankings),
)
