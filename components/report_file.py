"""The program that `stillstock report` starts: python -m components.report_file LINK LANGUAGE FILE."""

from __future__ import annotations

import logging
from pathlib import Path

import typer

from queries.decisions import links
from queries.filters import pairs_of
from queries.output import one_sentence, warn
from queries.settings import Settings


def main(link: str, language: str, output: Path) -> None:
    """Write the report of a link to a file whose ending says what it is; errors as sentences.

    An empty language is the link's own, or English.
    """
    logging.disable(logging.WARNING)  # there is no server, and Streamlit says so from its import on
    from components import exports, reports
    from components.filter_bar import LANGUAGE, PAGE_PARAMETERS
    from components.words import LOCALES, Words

    with one_sentence():
        named = pairs_of(links.resolved(Settings(), link)).get(LANGUAGE, "")
        asked = reports.resolve(link, Words(language or (named if named in LOCALES else "en")))
        for each in asked.ignored:
            if each.name not in PAGE_PARAMETERS:
                warn(f"not used from the link: {each.name}={each.value} ({each.reason})")
        made = reports.as_pdf if output.suffix == ".pdf" else reports.as_xlsx
        output.write_bytes(made(asked, None, exports.full_query(asked)))


if __name__ == "__main__":
    typer.run(main)
