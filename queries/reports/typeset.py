"""The process that typesets a report: a task as JSON on standard input, the PDF on standard output.

Started by press.py. What the report says goes to Typst as data, never as markup; there is nothing to fetch:
no packages, no fonts but this machine's, and charts that hold their own data.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
import vl_convert

TEMPLATE = Path(__file__).with_name("report.typ")
FONT_MISSING = 3
"""Exit code where the report holds Chinese and no font here does."""
LONGEST = 1_000
"""Characters of one text that are printed; a workbook holds the whole."""

FAMILIES = ("Source Sans 3", "Source Sans Pro", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
"""What a report is set in, as far as it is here."""
_OTHERS = ("Noto Sans", "Liberation Sans", "DejaVu Sans", "Arial", "Libertinus Serif")
_HOLDS_CHINESE = re.compile(
    r"CJK|Source Han|Noto (Sans|Serif) (SC|TC|HK)|WenQuanYi|Droid Sans Fallback|PingFang|Heiti|Songti|STSong"
    r"|Hiragino Sans GB|YaHei|JhengHei|SimHei|SimSun|DengXian|KaiTi|FangSong|Sarasa|LXGW|AR PL"
)
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


@cache
def fonts() -> typst.Fonts:
    """The fonts of this machine and Typst's own."""
    return typst.Fonts()


@cache
def has_chinese_font() -> bool:
    """Whether a font here is known to hold Chinese characters."""
    return any(map(_HOLDS_CHINESE.search, fonts().families()))


def lacks_font(document: Mapping[str, Any]) -> bool:
    """Whether the document holds Chinese that no font here is known to hold."""
    return not has_chinese_font() and any(map(_CHINESE.search, _texts(document)))


def pdf(document: Mapping[str, Any], folder: Path) -> bytes:
    """The PDF of a document's JSON, made in an empty folder. Errors: those of Typst and Vega-Lite."""
    sections = []
    for place, section in enumerate(document["sections"]):
        chart = f"chart-{place}.svg" if section["chart"] else None
        if chart:
            drawn = vl_convert.vegalite_to_svg(_printable(section["chart"], None), allowed_base_urls=[])
            (folder / chart).write_text(drawn, encoding="utf-8")
        sections.append(section | {"chart": chart})
    known = fonts().families()
    chinese = [name for name in known if _HOLDS_CHINESE.search(name) and "Mono" not in name]
    families = [name for name in (*FAMILIES, *chinese, *_OTHERS) if name in known]
    data = _printable({**document, "sections": sections, "fonts": list(dict.fromkeys(families))}, LONGEST)
    (folder / "report.json").write_text(json.dumps(data), encoding="utf-8")
    main = folder / TEMPLATE.name
    main.write_bytes(TEMPLATE.read_bytes())
    return typst.compile(
        main,
        root=folder,
        format="pdf",
        font_paths=fonts(),
        package_path=folder,
        package_cache_path=folder,
        timestamp=document["made_at"],
    )


def _printable(value: Any, longest: int | None) -> Any:
    """The same without signs that only steer a screen, and no text `longest` signs long or longer."""
    if isinstance(value, str):
        seen = _UNSEEN.sub(" ", value)
        return f"{seen[:longest]}…" if longest and len(seen) >= longest else seen
    if isinstance(value, Mapping):
        return {name: _printable(each, longest) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [_printable(each, longest) for each in value]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Iterable):
        for each in value:
            yield from _texts(each)


def main() -> int:
    """Typeset what standard input asks for; the exit code."""
    task = json.load(sys.stdin.buffer)
    limit = int(task["memory_bytes"])
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    document = task["document"]
    if lacks_font(document):
        return FONT_MISSING
    sys.stdout.buffer.write(pdf(document, Path(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
