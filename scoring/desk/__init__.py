"""Where do evaluators work? The command line, verification in Excel, JupyterLab."""
