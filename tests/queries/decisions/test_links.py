"""Short links: one id a link, for good, and what a link asks, long or short."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from queries.decisions import links, policies
from queries.filters import Filters, Ignored
from queries.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_the_same_link_has_one_id_and_is_found_by_it(settings: Settings) -> None:
    link = "/stock?tier=R&warehouse=W%261"
    short_id = links.keep(settings, link)
    assert len(short_id) == 6
    assert short_id.isalnum()
    assert links.keep(settings, link) == short_id
    assert links.keep(settings, f"{link}&lang=en") != short_id
    assert links.find(settings, short_id) == link
    assert links.find(settings, f" {short_id.upper()} ") == link
    assert links.find(settings, "zzzzzz") is None


def test_two_links_never_share_an_id(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Alike:
        """Digests that begin alike."""

        def __init__(self, content: bytes) -> None:
            self.content = content

        def digest(self) -> bytes:
            return b"12345" + sha256(self.content).digest()

    monkeypatch.setattr(links.hashlib, "sha256", Alike)
    ids = [links.keep(settings, f"/board?search={n}") for n in range(4)]
    assert len(set(ids)) == 4
    assert [links.find(settings, each) for each in ids] == [f"/board?search={n}" for n in range(4)]
    assert len(ids[0]) == 6 < len(ids[1])


@pytest.mark.parametrize(
    "link", ["tier=R&tier=S", "?tier=R,S", "/stock?tier=R%2CS", "https://stock.example/a/stock?tier=R,S#x"]
)
def test_a_link_is_read_whole_or_its_query_alone(settings: Settings, link: str) -> None:
    assert links.asked_by(link, settings) == (Filters(tier="R,S", policy_version=1), ())
    short = links.keep(settings, link) if link.startswith("/") else ""
    assert links.resolved(settings, f"http://localhost/?go={short}" if short else link) == link


def test_what_a_short_link_asks_is_what_its_long_one_asks(settings: Settings) -> None:
    kept = policies.draft(settings, Filters(dead_after_days=100), reason="", author="")
    short_id = links.keep(settings, f"/stock?tier=R&policy_version={kept.version}")
    expected = Filters(tier="R", dead_after_days=100, policy_version=2)
    assert links.asked_by(f"go={short_id}", settings) == (expected, ())


def test_a_short_link_that_is_not_kept_is_said(settings: Settings) -> None:
    filters, ignored = links.asked_by("?go=zzzzzz", settings)
    assert (filters, ignored) == (Filters(policy_version=1), (Ignored("go", "zzzzzz", "no_link"),))
