"""The desk in JupyterLab: where a year stands, the verbs as buttons, verifying, trying changes.

The only room with widgets, and the last one before the command line: what it shows is made in the rooms before.
"""

from scoring.desk.lab.buttons import jobs
from scoring.desk.lab.council import council
from scoring.desk.lab.documents import documents
from scoring.desk.lab.grid import grid
from scoring.desk.lab.live import live
from scoring.desk.lab.office import Office, open_office
from scoring.desk.lab.standing import progress
from scoring.desk.lab.trying import trial
from scoring.desk.lab.units import assessment_of, findings, findings_table, prospect_of, received_table, units
from scoring.desk.lab.verifying import verify
from scoring.desk.lab.years import year_chooser

__all__ = [
    "Office",
    "assessment_of",
    "council",
    "documents",
    "findings",
    "findings_table",
    "grid",
    "jobs",
    "live",
    "open_office",
    "progress",
    "prospect_of",
    "received_table",
    "trial",
    "units",
    "verify",
    "year_chooser",
]
