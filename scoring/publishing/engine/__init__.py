"""The papermill engine: a real notebook executed for little more than its cells cost."""
