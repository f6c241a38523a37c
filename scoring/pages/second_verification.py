"""What stands on the page on reliability about marks that were verified twice."""

from __future__ import annotations

from scoring.assessment.agreement_words import agreement_lines
from scoring.assessment.reliability import Reliability
from scoring.core.language import in_its_language
from scoring.pages import blocks
from scoring.pages.blocks import Block


@in_its_language
def agreement(told: Reliability) -> Block:
    """How marks that were verified twice agree, and what to do next."""
    return blocks.bullets(agreement_lines(told.agreement))
