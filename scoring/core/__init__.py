"""The ground: errors and findings, exact points, words, language, text, files. Imports nothing of the other rooms."""
