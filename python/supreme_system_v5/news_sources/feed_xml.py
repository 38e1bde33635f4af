"""RSS and Atom in slices: bytes in, entries out. No entity is ever expanded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.json_slices import Pause, malformed

__all__ = ["MOST_ENTRIES", "RawEntry", "decoded", "read_feed"]

MOST_ENTRIES = 1_000
_SLICE = 2_048
_DEEPEST = 64
_LONGEST_FIELD = 65_536
_PIECE = 65_536
_LONGEST_RUN = 524_288
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
_FIELDS = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "id": "id",
    "pubdate": "published",
    "published": "published",
    "issued": "published",
    "date": "published",
    "updated": "updated",
    "description": "summary",
    "summary": "summary",
    "encoded": "content",
    "content": "content",
}
_MEDIA = "{http://search.yahoo.com/mrss/}"


@dataclass(slots=True)
class RawEntry:
    """One entry as it was written; empty where a field is missing.

    Attributes:
        fields: ``title``, ``link``, ``id``, ``published``, ``updated``, ``summary``, ``content``.
        cut: A field was longer than 64 Ki characters.
    """

    fields: dict[str, str] = field(default_factory=dict)
    cut: bool = False


class _Target:
    """Takes what the parser sees, and keeps the entries."""

    def __init__(self) -> None:
        self.entries: list[RawEntry] = []
        self.is_feed = False
        self._depth = 0
        self._entry: RawEntry | None = None
        self._entry_depth = 0
        self._field = ""
        self._field_depth = 0
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SourceError(f"the feed is deeper than {_DEEPEST} elements", FaultKind.TOO_LARGE)
        name = tag.rpartition("}")[2].lower()
        if self._depth == 1:
            self.is_feed = name in {"rss", "feed", "rdf"}
        elif self._entry is None:
            if self.is_feed and name in {"item", "entry"}:
                if len(self.entries) >= MOST_ENTRIES:
                    raise SourceError(
                        f"the feed has more than {MOST_ENTRIES} entries", FaultKind.TOO_LARGE
                    )
                self._entry, self._entry_depth = RawEntry(), self._depth
        elif self._depth == self._entry_depth + 1 and name in _FIELDS and _MEDIA not in tag:
            self._field, self._field_depth = _FIELDS[name], self._depth
            self._text, self._length = [], 0
            if name == "link" and attributes.get("rel", "alternate") == "alternate":
                self._entry.fields.setdefault("link", attributes.get("href", ""))

    def data(self, text: str) -> None:
        if not self._field or self._entry is None:
            return
        left = _LONGEST_FIELD - self._length
        if len(text) > left:
            self._entry.cut = True
        self._text.append(text[:left])
        self._length += min(len(text), left)

    def end(self, _: str) -> None:
        entry = self._entry
        if entry is not None and self._field and self._depth == self._field_depth:
            text = "".join(self._text)
            if text.strip() and not entry.fields.get(self._field):
                entry.fields[self._field] = text
            self._field = ""
        elif entry is not None and self._depth == self._entry_depth:
            self.entries.append(entry)
            self._entry = None
        self._depth -= 1

    def close(self) -> None:
        """Take the end of the document."""


def decoded(body: bytes, charset: str = "") -> Iterator[str]:
    """Yield the text of a document piece by piece, whatever it says its encoding is.

    A byte order mark is believed first, then UTF-8 if it is that, then what the document or the
    header says; what is left is read as Windows-1252, in which no byte is wrong for long.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            body, encoding, errors = body[len(mark) :], name, "replace"
            break
    else:
        if _is_utf8(body):
            encoding, errors = "utf-8", "strict"
        else:
            said = _DECLARED.search(body[:200])
            named = (said[1].decode() if said else charset).lower()
            encoding, errors = _OTHERS.get(named, "cp1252"), "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for begin in range(0, len(body), _PIECE):
        yield decoder.decode(body[begin : begin + _PIECE])
    yield decoder.decode(b"", final=True)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


async def read_feed(body: bytes, pause: Pause, charset: str = "") -> list[RawEntry]:
    """Read RSS 0.9 to 2.0 or Atom.

    Args:
        body: The document.
        pause: Awaited between two slices.
        charset: As the header of the answer has it.

    Returns:
        Its entries, in its order.

    Raises:
        SourceError: MALFORMED: it is no feed, or has a DOCTYPE. TOO_LARGE: it is deeper than 64
            elements, or has more than `MOST_ENTRIES` entries.
    """
    if not body.strip():
        raise malformed("it is empty")
    target, run = _Target(), 0
    parser = DefusedXMLParser(
        target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        for text in decoded(body, charset):
            for begin in range(0, len(text), _SLICE):
                piece = text[begin : begin + _SLICE]
                run = 0 if ">" in piece else run + len(piece)
                if run > _LONGEST_RUN:  # the parser would begin it anew with every slice
                    raise SourceError(
                        f"the feed has a tag or a text of more than {_LONGEST_RUN} characters",
                        FaultKind.TOO_LARGE,
                    )
                parser.feed(piece)
                await pause()
        parser.close()
    except DefusedXmlException:
        raise malformed("it has a DOCTYPE or entities of its own, which are refused") from None
    except (ParseError, ValueError):
        raise malformed("it is no well-formed XML") from None
    if not target.is_feed:
        raise malformed("it is XML, but no RSS or Atom")
    return target.entries
