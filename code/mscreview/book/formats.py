"""Which output is read on a screen, and which on paper."""

SCREEN = ("html", "dirhtml", "singlehtml")


def on_screen(builder):
    """Whether the builder makes pages for a browser; LaTeX and the Word file are paper."""
    return builder.name in SCREEN
