"""Room 9: notebooks are run and become files.

`engine` runs them; `page` picks what of an executed notebook is published, `prose` turns Markdown into HTML and Typst,
`fonts` finds the typefaces; `html` and `pdf` are the nbconvert exporters, `templates` holds their style sheets.
"""
