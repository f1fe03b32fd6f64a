"""The typed tree of a page: `element("p", {"class": "muted"}, "text")`, nested as you like.

The host checks and prints it: there is no markup to escape.
"""

from dataclasses import dataclass, field

from wit_world.exports import page
from wit_world.imports import ui

VOID = {ui.Tag.BR, ui.Tag.HR, ui.Tag.INPUT}


@dataclass
class Element:
    tag: ui.Tag
    attrs: list[tuple[ui.Attr, str]]
    children: list = field(default_factory=list)


def element(tag: str, attributes: dict[str, object] | None = None, *children: object) -> Element:
    """An element. Attributes that are None or False are left out; True is an empty value."""
    attrs = [
        (ui.Attr[name.replace("-", "_").upper()], "" if value is True else str(value))
        for name, value in (attributes or {}).items()
        if value is not None and value is not False
    ]
    return Element(ui.Tag[tag.upper()], attrs, list(children))


def nodes(content: object) -> list[ui.Node]:
    """The nodes in preorder, as `domicile:app/page` takes them."""
    if isinstance(content, list):
        return [node for part in content for node in nodes(part)]
    if not isinstance(content, Element):
        return [ui.Node_Text(str(content))]
    opened = ui.Node_Open(ui.Element(content.tag, content.attrs))
    if content.tag in VOID:
        return [opened]
    return [opened, *nodes(content.children), ui.Node_Close()]


def show(title: str, *content: object) -> page.Response:
    """A page that shows a tree."""
    return page.Response(title, page.Content_Tree(nodes(list(content))))


def absent() -> page.Response:
    """The answer where there is no page."""
    return page.Response("", page.Content_NotFound())
