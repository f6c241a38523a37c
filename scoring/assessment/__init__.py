"""What do the results say? A unit, the year, the council's dossier, the chain of reasons, last year, what if."""
