"""What Redoscope shows but does not compute: icons, fonts, colours, lessons.

Reach the files with ``importlib.resources.files("redoscope_resources")``: it finds them in the
tree, in an installed wheel and in a frozen program alike.
"""

__all__: list[str] = []
