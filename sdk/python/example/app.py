"""An app in one Python module: the owner's notes, printed as a typed tree."""

import json

from tree import absent, element, show
from wit_world import exports
from wit_world.exports import page
from wit_world.imports import query, viewer

WORDS = {
    "en": {"title": "Notes", "none": "No notes yet.", "count": "notes"},
    "fr": {"title": "Notes", "none": "Pas encore de notes.", "count": "notes"},
}


def notes() -> list[dict]:
    """The newest notes."""
    request = query.Request(
        doctype="io.cozy.notes",
        selector="{}",
        sort=[query.SortKey("updated_at", True)],
        limit=100,
        cursor=None,
        origins=[],
    )
    return [json.loads(document.body) for document in query.find(request).documents]


def plain(content: object) -> str:
    """A note's content is a plain text, or a tree whose leaves are texts."""
    if not isinstance(content, dict):
        return str(content or "")
    inner = " ".join(plain(part) for part in content.get("content", []))
    return content.get("text", "") + inner


class Page(exports.Page):
    def handle(self, request: page.Request) -> page.Response:
        if request.path != "/":
            return absent()
        words = WORDS.get(viewer.current().locale, WORDS["en"])
        found = notes()
        if not found:
            return show(words["title"], element("p", {"class": "empty"}, words["none"]))
        items = [
            element(
                "li",
                {"class": "item"},
                element("strong", {}, note["title"]),
                element("p", {"class": "muted"}, plain(note.get("content"))),
            )
            for note in found
        ]
        return show(
            words["title"],
            element("p", {}, f"{len(found)} {words['count']}"),
            element("ul", {"class": "list"}, *items),
        )
