"""Alongside: a reproducible pipeline for peer-support research."""

__version__ = "0.1.0"
