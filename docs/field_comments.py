"""Shows the comments behind the fields of records in the reference, where griffe knows docstrings alone."""

from typing import Any

import griffe


class FieldComments(griffe.Extension):
    """Takes the comment at the end of a field's line for its docstring."""

    def on_attribute_instance(self, *, attr: griffe.Attribute, **_: Any) -> None:
        in_record = attr.parent is not None and attr.parent.is_class and attr.docstring is None
        if in_record and attr.endlineno is not None:
            line = attr.lines_collection[attr.filepath][attr.endlineno - 1]
            comment = line.partition("  # ")[2]
            if comment and not comment.startswith(("noqa", "type:", "fmt:")):
                attr.docstring = griffe.Docstring(comment, lineno=attr.endlineno, parent=attr)
