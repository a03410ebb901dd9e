"""A small company with two regions, loaded through the real loader, and the app opened on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.navigation import ROOT, Page
from queries.lake.load import Upload, load_files
from queries.settings import Settings

WAREHOUSES = """warehouse_id,name,region,kind
W1,Suzhou plant / 苏州工厂,East,plant
W2,Ningbo DC / 宁波配送中心,East,dc
W3,Chengdu plant / 成都工厂,West,plant
"""
ITEMS = """item_id,name,category,material_type,unit,unit_cost
A,Bearing / 轴承,Raw/Bearings,raw,pcs,10
B,Steel / 钢板,Raw/Steel,raw,pcs,200
C,Pump / 水泵,Finished/Pumps,finished,pcs,1000
D,Seal / 密封件,,spare,pcs,5
"""
MOVEMENTS = """posted_on,document_id,item_id,kind,qty,warehouse_id
2024-01-05,G1,A,receipt,500,W1
2024-01-06,G2,B,receipt,300,W1
2024-01-07,G3,C,receipt,40,W2
2024-01-08,G4,D,receipt,900,W3
2024-01-09,G5,B,receipt,50,W3
2024-02-01,I1,A,issue,-100,W1
2024-03-01,I2,B,issue,-20,W1
2025-11-20,I3,C,issue,-5,W2
2025-12-20,I4,D,issue,-50,W3
"""
STOCK = """snapshot_on,item_id,warehouse_id,qty,currency
2025-11-30,A,W1,400,CNY
2025-11-30,B,W1,280,CNY
2025-11-30,C,W2,35,CNY
2025-11-30,D,W3,900,CNY
2025-11-30,B,W3,50,CNY
2025-12-31,A,W1,400,CNY
2025-12-31,B,W1,280,CNY
2025-12-31,C,W2,35,CNY
2025-12-31,D,W3,850,CNY
2025-12-31,B,W3,50,CNY
"""
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one data version."""
    folder = tmp_path_factory.mktemp("company")
    uploads = []
    tables = {"warehouses": WAREHOUSES, "items": ITEMS, "movements": MOVEMENTS, "stock": STOCK}
    for table, text in tables.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        uploads.append(Upload(file, table))
    home = folder / "home"
    result = load_files(uploads, Settings(home=home), confirmed=True)
    assert result.status == "loaded", result
    return home


@pytest.fixture
def open_app(company: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page at an address; `home` shows another home than the company's."""

    def open_one(page: Page, *, home: Path | None = None, **address: str | list[str]) -> AppTest:
        monkeypatch.setenv("STILLSTOCK_HOME", str(home or company))
        st.cache_data.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        for name, value in address.items():
            app.query_params[name] = value
        if page.url_path:
            app.switch_page(page.file)
        return app.run()

    return open_one
