"""The elements of a package's `model.xml`, one after the other, without the whole of it in memory.

Every DacFx since 2012 writes `DataSchemaModel/Model/Element`: each element with properties, relationships (elements
of its own, or references to others) and annotations.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import ParseError, XMLParser

from vgpt2.errors import UserError
from vgpt2.sqltext.scan import unquote

MODEL = "model.xml"
# No schema comes near; a zip that claims more is a bomb.
MOST_BYTES = 4 << 30
CHUNK = 1 << 20
# Where the elements of the model stand: DataSchemaModel, Model, Element.
DEPTH = 3
_PART = re.compile(r"\[(?:[^\]]|\]\])*\]")


@dataclass(slots=True)
class Node:
    """An element with its attributes, and what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def kind(self) -> str:
        """`SqlTable`, `SqlView`, ..."""
        return self.attributes.get("Type", "")

    @property
    def name(self) -> list[str]:
        """The parts of its name, `[dbo].[Orders]` as dbo and Orders; empty for what has none."""
        return name_parts(self.attributes.get("Name", ""))

    def property(self, name: str) -> str:
        """A property's value, an attribute or a script, or ''."""
        for child in self.children:
            if child.tag == "Property" and child.attributes.get("Name") == name:
                value = child.attributes.get("Value")
                return value if value is not None else "".join(inner.text for inner in child.children)
        return ""

    def flag(self, name: str, default: bool = False) -> bool:
        """A property that is True or False."""
        value = self.property(name)
        return value.lower() == "true" if value else default

    def related(self, name: str) -> list[Node]:
        """What a relationship leads to: elements of its own, or references (whose `name` is that of the target)."""
        return [
            target
            for child in self.children
            if child.tag == "Relationship" and child.attributes.get("Name") == name
            for entry in child.children
            for target in entry.children
        ]

    def annotation(self, kind: str) -> Node | None:
        """The annotation of a type, or None."""
        return next((child for child in self.children if child.tag == "Annotation" and child.kind == kind), None)


def name_parts(text: str) -> list[str]:
    """`[dbo].[a]]b].[c]` as `dbo`, `a]b` and `c`."""
    return [unquote(part) for part in _PART.findall(text)]


class _Builder:
    """Puts nodes together as the parser meets them; the finished elements of the model wait in `ready`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root: Node | None = None
        self.ready: list[Node] = []
        self._open: list[Node] = []

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """No package has one: it could only define entities."""
        refuse(self.path, "its model has a document type declaration, which no tool writes")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        node = Node(tag.rpartition("}")[2], attributes)
        if not self._open:
            self.root = node
            if node.tag != "DataSchemaModel":
                refuse(self.path, f"its model begins with <{node.tag}>, not with <DataSchemaModel>")
        self._open.append(node)

    def data(self, text: str) -> None:
        """Text within the element that is open."""
        self._open[-1].text += text

    def end(self, tag: str) -> None:
        """The element closes; those of the model are handed on and not kept."""
        node = self._open.pop()
        if len(self._open) == DEPTH - 1:
            self.ready.append(node)
        elif len(self._open) >= DEPTH:
            self._open[-1].children.append(node)

    def close(self) -> None:
        """Nothing is left to do."""


def refuse(path: Path, why: str) -> NoReturn:
    """One line on what is wrong with a package."""
    raise UserError(f"SOURCE={path}: {why}; make it anew with sqlpackage /Action:Extract, SSMS or Visual Studio")


def read_elements(path: Path) -> Iterator[tuple[Node, Node]]:
    """The root of the model (its attributes only) with each of its elements, in the order of the file.

    Raises:
        UserError: not a package, damaged, encrypted, or its model is no model.
    """
    try:
        with zipfile.ZipFile(path) as package:
            yield from _elements(path, package, _model_of(path, package))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        refuse(path, f"it is damaged or no zip ({str(error) or type(error).__name__})")
    except OSError as error:
        raise UserError(f"SOURCE={path}: cannot be read ({error.strerror})") from None


def _model_of(path: Path, package: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The entry of the model. Nothing is ever unpacked to disk, so that paths in the zip cannot lead anywhere."""
    entry = next((item for item in package.infolist() if item.filename.lower() == MODEL), None)
    if entry is None:
        refuse(path, f"there is no {MODEL} in it, so it is no data-tier application")
    if entry.flag_bits & 1:
        refuse(path, "it is encrypted")
    if entry.file_size > MOST_BYTES:
        refuse(path, f"its {MODEL} claims {entry.file_size / (1 << 30):,.0f} GiB, more than any schema has")
    return entry


def _elements(path: Path, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[Node, Node]]:
    builder = _Builder(path)
    parser = XMLParser(target=builder)
    with package.open(entry) as model:
        try:
            while chunk := model.read(CHUNK):
                parser.feed(chunk)
                if builder.root is not None:
                    yield from ((builder.root, node) for node in builder.ready)
                    builder.ready.clear()
            parser.close()
        except ParseError as error:
            refuse(path, f"its {MODEL} is no well-formed XML ({error})")
