"""What may be chosen on the command line, told without loading what does it."""

FORMATS = ("ipynb", "html", "pdf", "docx")
"""The kinds of file a document is published as."""
MAIN = "grassroots"
"""The rubric whose folder is the year's own."""
STAGES = ("verified", "explained", "council")
"""The stages of verification, in their order."""
