"""JupyterLab's words in Vietnamese, as a language pack, and how its export menu names our exporters.

The keys are the English texts, after U+0004 where they have a context; a text that has a plural needs a second, empty
word. The menu shows an exporter by the name of its entry point, which may hold neither blanks nor Vietnamese letters.

Why no supplement to the official pack: it gives "jupyterlab" as its version, and jupyterlab_server fails on comparing
that with the supplement's; and a language has one pack, the last found.
"""
