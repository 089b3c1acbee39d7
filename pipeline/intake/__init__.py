"""One reader a format, from bytes. Cells stay text, nothing is guessed.

Nothing is imported here: ``alongside audit`` decodes and unpacks with this room's light modules, without pandas.
"""
