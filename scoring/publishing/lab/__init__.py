"""The words JupyterLab lacks, as a language pack: how its export menu names our exporters.

It shows an exporter by the name of its entry point, which may hold neither blanks nor Vietnamese letters.
"""
