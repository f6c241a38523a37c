"""An executed notebook as HTML, PDF or Word: the nbconvert exporters, their typefaces and style sheets."""
