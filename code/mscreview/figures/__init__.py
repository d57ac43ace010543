"""Figures: one file a family, each ``figure(results) -> altair.Chart`` with a description."""
