"""A file that came in becomes entries and findings: workbooks in a guarded process, CSV, bulk tables."""
