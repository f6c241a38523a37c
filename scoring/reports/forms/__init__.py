"""The Excel form a unit fills in: its sheets, its cells' rules."""
