"""Every page by every reader: all languages and themes, where `make test` takes them in turn."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import browser, served
from tests.browser.test_accessible import ADDRESSES, READERS, desk, hard_to_read, item, page

__all__ = ["browser", "desk", "item", "page", "served"]

OPENED = ("count?at=next", "duplicates?at=1")
"""Rows opened on pages that stand in `ADDRESSES` themselves."""


@pytest.mark.parametrize(("language", "theme"), READERS)
@pytest.mark.parametrize("address", [*ADDRESSES, *OPENED])
def test_a_page_is_read_and_reached_by_every_reader(
    page: Page, address: str, language: str, theme: Literal["dark", "light"], item: str
) -> None:
    wrong = hard_to_read(page, address.format(item=item), language, theme)
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
