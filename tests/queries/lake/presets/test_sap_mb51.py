"""SAP MB51, material documents: movement types and their signs, documents of a year, units, persons."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.queries.lake.presets.handed_in import look, look_at, tabbed, workbook

HEAD = (
    "Material", "Plant", "Storage Location", "Movement Type", "Special Stock", "Material Document",
    "Material Doc.Item", "Posting Date", "Quantity",
    "Base Unit of Measure", "Purchase order", "Order", "User Name",
)  # fmt: skip
KINDS = {
    "101": ("receipt", 1), "102": ("receipt", -1), "105": ("receipt", 1), "106": ("receipt", -1),
    "109": ("receipt", 1), "122": ("supplier_return", -1), "123": ("supplier_return", 1),
    "161": ("supplier_return", -1), "162": ("supplier_return", 1), "131": ("production_in", 1),
    "132": ("production_in", -1), "521": ("production_in", 1), "522": ("production_in", -1),
    "531": ("production_in", 1), "501": ("receipt", 1), "502": ("receipt", -1), "511": ("receipt", 1),
    "561": ("opening", 1), "562": ("opening", -1), "563": ("opening", 1), "565": ("opening", 1),
    "201": ("issue", -1), "202": ("issue", 1), "221": ("issue", -1), "222": ("issue", 1),
    "231": ("issue", -1),
    "241": ("issue", -1), "251": ("issue", -1), "281": ("issue", -1), "291": ("issue", -1),
    "261": ("production_out", -1), "262": ("production_out", 1), "543": ("production_out", -1),
    "544": ("production_out", 1), "301": ("transfer", -1), "303": ("transfer", -1), "305": ("transfer", 1),
    "311": ("transfer", 1), "312": ("transfer", -1), "313": ("transfer", -1), "315": ("transfer", 1),
    "309": ("adjustment", -1), "310": ("adjustment", 1), "321": ("transfer", -1), "322": ("transfer", 1),
    "343": ("transfer", 1), "344": ("transfer", -1), "331": ("issue", -1), "541": ("transfer", -1),
    "542": ("transfer", 1), "551": ("scrap", -1), "552": ("scrap", 1), "553": ("scrap", -1),
    "601": ("issue", -1), "602": ("issue", 1), "623": ("issue", -1), "633": ("issue", -1),
    "634": ("issue", 1),
    "621": ("transfer", -1), "631": ("transfer", 1), "641": ("transfer", -1), "642": ("transfer", 1),
    "647": ("transfer", -1), "651": ("customer_return", 1), "652": ("customer_return", -1),
    "653": ("customer_return", 1), "657": ("customer_return", 1), "671": ("transfer", 1),
    "701": ("adjustment", 1), "702": ("adjustment", -1), "703": ("adjustment", 1), "708": ("adjustment", -1),
    "711": ("adjustment", -1), "712": ("adjustment", 1), "713": ("adjustment", -1), "718": ("adjustment", 1),
}  # fmt: skip


def line(code: str, qty: float, number: int = 1, **cells: str) -> tuple[str | float, ...]:
    """One line of a document of 15 October 2026."""
    return (
        cells.get("material", "M-1"), "1000", cells.get("sloc", "0001"), code, cells.get("special", ""),
        f"49000{number:05d}", "1", "15.10.2026", qty, "PC", cells.get("po", ""),
        cells.get("order", ""), "MEIER",
    )  # fmt: skip


def test_every_movement_type_has_its_kind_and_a_reversal_keeps_it_with_the_other_sign(tmp_path: Path) -> None:
    lines = [
        line(code, 2.0 * sign, number, po="4500001") for number, (code, (_, sign)) in enumerate(KINDS.items())
    ]
    seen = look_at(workbook(tmp_path / "MB51.xlsx", [HEAD, *lines]))
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.asked == {}
    assert seen.rows("kind", "qty") == [(kind, str(2 * sign)) for kind, sign in KINDS.values()]
    assert not {"sign_contradicts", "sign_unusual"} & set(seen.told)


def test_a_receipt_is_the_suppliers_or_productions_by_the_order_it_stands_for_else_asked(
    tmp_path: Path,
) -> None:
    rows = [
        line("101", 5, 1, po="4500001"),
        line("101", 6, 2, order="800001"),
        line("102", -1, 3, order="800001"),
    ]
    known = look_at(workbook(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert known.rows("kind", "qty") == [("receipt", "5"), ("production_in", "6"), ("production_in", "-1")]
    assert known.rows("reference_id") == [("4500001",), (None,), (None,)]
    path = workbook(tmp_path / "b.xlsx", [HEAD, line("101", 7)])
    assert look_at(path).asked == {"code.kind.101": "receipt"}
    assert look_at(path, {"code.kind.101": "production_in"}).rows("kind") == [("production_in",)]


def test_what_goes_to_the_receipts_blocked_stock_is_no_stock_until_it_is_released(tmp_path: Path) -> None:
    rows = [line("103", 5, 1, po="1"), line("105", 5, 2, po="1"), line("104", -1, 3), line("124", -1, 4)]
    seen = look_at(workbook(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert seen.rows("kind", "qty") == [("receipt", "5")]
    assert seen.left_out == 3


def test_house_codes_are_asked_once_each_and_never_guessed(tmp_path: Path) -> None:
    rows = [line("932", 1, 1), line("Y05", -1, 2), line("932", 2, 3), line("X11", 1, 4), line("Z01", 1, 5)]
    path = workbook(tmp_path / "a.xlsx", [HEAD, *rows])
    assert look_at(path).asked == {
        "code.kind.932": None, "code.kind.Y05": None, "code.kind.X11": None, "code.kind.Z01": None
    }  # fmt: skip
    said = {"932": "customer_return", "Y05": "issue", "X11": "leave_out", "Z01": "adjustment"}
    seen = look_at(path, {f"code.kind.{code}": kind for code, kind in said.items()})
    assert seen.rows("kind", "qty") == [
        ("customer_return", "1"), ("issue", "-1"), ("customer_return", "2"), ("adjustment", "1")
    ]  # fmt: skip


def test_stock_of_a_supplier_that_becomes_ours_is_a_receipt_other_special_stock_is_asked(
    tmp_path: Path,
) -> None:
    rows = [line("411", 5, 1, special="K"), line("412", -1, 2, special="K")]
    assert look_at(workbook(tmp_path / "k.xlsx", [HEAD, *rows])).rows("kind", "qty") == [
        ("receipt", "5"), ("receipt", "-1")
    ]  # fmt: skip
    other = look_at(workbook(tmp_path / "e.xlsx", [HEAD, line("411", 5, 1, special="E"), line("643", -5, 2)]))
    assert other.asked == {"code.kind.411": "transfer", "code.kind.643": "transfer"}


def test_both_lines_of_a_transfer_stay_and_the_year_belongs_to_the_document(tmp_path: Path) -> None:
    rows = [line("541", -3, 7), (*line("541", 3, 7, sloc="", special="O")[:6], "2", *line("541", 3, 7)[7:])]
    seen = look_at(workbook(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert seen.rows("document_id", "line_no", "warehouse_id", "kind", "qty", "posted_on") == [
        ("4900000007/2026", "1", "1000/0001", "transfer", "-3", "2026-10-15"),
        ("4900000007/2026", "2", "1000", "transfer", "3", "2026-10-15"),
    ]


def test_a_ledger_that_lost_its_signs_is_refused(tmp_path: Path) -> None:
    rows = [line("201", 5, 1), line("261", 2, 2), line("101", 9, 3, po="1")]
    seen = look_at(workbook(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert "sign_contradicts" in seen.told
    assert seen.found.status == "refused"


def test_lines_without_a_material_and_names_of_users_do_not_come_in(tmp_path: Path) -> None:
    rows = [line("101", 5, 1, po="1"), line("101", 0, 2, po="1", material="")]
    seen = look_at(workbook(tmp_path / "a.xlsx", [HEAD, *rows]))
    assert seen.rows("item_id", "qty") == [("M-1", "5")]
    assert seen.part.personal == ("User Name",)
    assert "MEIER" not in str(seen.found)
    assert seen.part.unused == ()


def test_the_first_english_layout_has_only_the_unit_of_entry_which_is_asked_about(tmp_path: Path) -> None:
    text = tabbed(
        "Material|Plant|Storage Location|Movement Type|Special Stock|Material Document|Material Doc.Item|"
        "Posting Date|Qty in Un. of Entry|Unit of Entry|Amount in LC|Ext. Amount in Local Currency",
        "M-1|1000|0001|601||4900000001|1|15.10.2026|2.00-|BOX|24.00-|0.00",
    )
    assert look(tmp_path, text).asked == {"entry_unit": None}
    seen = look(tmp_path, text, answers={"entry_unit": "same"})
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.rows("document_id", "kind", "qty", "unit_cost") == [("4900000001/2026", "issue", "-2", None)]
    assert "entry_unit" in look(tmp_path, text, answers={"entry_unit": "refuse"}).told


def test_equal_units_of_entry_and_base_need_no_question_and_a_base_quantity_goes_first(
    tmp_path: Path,
) -> None:
    head = "Material|Plant|MvT|Mat. Doc.|Pstng Date|Qty in Un.|EUn|BUn"
    equal = look(tmp_path, tabbed(head, "M-1|1000|201|49|15.10.2026|3-|PC|PC"))
    assert equal.asked == {}
    assert equal.rows("kind", "qty") == [("issue", "-3")]
    boxes = tabbed(f"{head}|Quantity", "M-1|1000|201|49|15.10.2026|2-|BOX|PC|48-")
    assert look(tmp_path, boxes).rows("qty") == [("-48",)]


def test_the_other_english_layout_has_no_documents_and_asks_to_replace_its_days(tmp_path: Path) -> None:
    text = tabbed(
        "Plant|Material|Material Description|Storage Location|Movement Type|Movement Type Text|Posting Date|"
        "Time of Entry|Qty in unit of entry",
        "1000|M-1|Screw|0001|251|GI sales|15.10.2026|10:00:00|1.001,50-",
        "1000|M-1|Screw|0001|701|GR phys.inv.: whse|16.10.2026|10:00:00|2,25",
    )
    seen = look(tmp_path, text, answers={"entry_unit": "same"})
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.asked == {"document_id": "replace_period"}
    assert seen.rows("warehouse_id", "kind", "qty") == [
        ("1000/0001", "issue", "-1001.5"), ("1000/0001", "adjustment", "2.25")
    ]  # fmt: skip


def test_in_spanish(tmp_path: Path) -> None:
    text = tabbed(
        "Material|Texto breve de material|Centro|Almacén|Clase de movimiento|Un.medida de entrada|"
        "Fe.contabilización|Documento material|Posición doc.mat.|Impte.mon.local|Cantidad",
        "30001|Tornillo|C100|A01|261|UN|15.10.2026|4900000001|1|-12,50|-5",
        "30001|Tornillo|C100|A01|262|UN|16.10.2026|4900000002|1|2,50|1",
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.asked == {}
    assert seen.rows("document_id", "line_no", "item_id", "warehouse_id", "kind", "qty") == [
        ("4900000001/2026", "1", "30001", "C100/A01", "production_out", "-5"),
        ("4900000002/2026", "1", "30001", "C100/A01", "production_out", "1"),
    ]
    assert seen.part.unused == ()


def test_in_german_the_words_of_movement_types_are_asked(tmp_path: Path) -> None:
    text = tabbed(
        "Artikel|Artikelkurztext|Bewegungsartentext|Artikelbeleg|Buchungsdatum|Erfassungsdatum|LOrt|"
        "Menge in ErfassME|ErfassungsMngEinh|Menge|Basismengeneinheit|"
        "Betrag Hauswähr|Kunde|Name des Benutzers",
        "A-1|Schraube|WA Kostenstelle|4900000001|15.10.2026|15.10.2026|0001|2-|KAR|24-|ST|12,00-||SCHMIDT",
    )
    assert look(tmp_path, text).asked == {"code.kind.WA Kostenstelle": None}
    seen = look(tmp_path, text, answers={"code.kind.WA Kostenstelle": "issue"})
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.rows("document_id", "item_id", "warehouse_id", "kind", "qty") == [
        ("4900000001/2026", "A-1", "0001", "issue", "-24")
    ]
    assert seen.part.personal == ("Name des Benutzers",)


def test_in_chinese_with_the_document_before_the_material(tmp_path: Path) -> None:
    text = tabbed(
        "物料凭证|物料凭证项目|凭证日期|库存地点|仓储地点的描述|凭证抬头文本|移动类型|移动类型文本|物料|物料描述|"
        "以录入单位表示的数量|过账日期|输入日期|输入时间|订单|采购订单|文本",
        "4900000001|1|2026.10.14|0001|原料库||101|收货|M1|螺丝|5|2026.10.15|2026.10.15|10:00:00||4500001|",
        "4900000002|1|2026.10.14|0001|原料库||261|发料|M1|螺丝|2-|2026.10.16|2026.10.16|10:00:00|800001||",
    )
    seen = look(tmp_path, text.encode("gb18030"), answers={"entry_unit": "same"})
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.asked == {}
    assert seen.rows("posted_on", "document_id", "line_no", "item_id", "warehouse_id", "kind", "qty") == [
        ("2026-10-15", "4900000001/2026", "1", "M1", "0001", "receipt", "5"),
        ("2026-10-16", "4900000002/2026", "1", "M1", "0001", "production_out", "-2"),
    ]


def test_in_chinese_with_the_sign_in_a_column_of_its_own(tmp_path: Path) -> None:
    text = tabbed(
        "物料凭证|物料凭证年度|物料凭证项目|工厂|库存地点|移动类型|特殊库存标识|物料|以录入项单位表示的数量|条目单位|数量|"
        "基本计量单位|借方/贷方标识|按本位币计的金额|过账日期|生产订单号|用户名",
        "4900000001|2025|1|1000|0001|261||M1|2|箱|48|个|H|96|2026-01-02|800001|ZHANG",
        "4900000002|2026|1|1000|0001|262||M1|1|箱|24|个|S|48|2026-01-03|800001|ZHANG",
    )
    seen = look(tmp_path, text)
    assert seen.asked == {}
    assert seen.rows("document_id", "kind", "qty") == [
        ("4900000001/2025", "production_out", "-48"), ("4900000002/2026", "production_out", "24")
    ]  # fmt: skip
    assert seen.part.personal == ("用户名",)


def test_in_portuguese_with_documents_and_types(tmp_path: Path) -> None:
    text = tabbed(
        "Material|Texto breve material|Centro|Depósito|Tipo de movimento|Doc.material|Item doc.material|"
        "Data de lançamento|Quantidade|UM básica|Nome do usuário",
        "77|Parafuso|BR01|D1|201|4900000001|1|15.10.2026|1.250,5-|KG|SILVA",
    )
    seen = look(tmp_path, text.encode("cp1252"))
    assert seen.is_of == ("sap_mb51", "movements")
    assert seen.rows("document_id", "line_no", "warehouse_id", "kind", "qty") == [
        ("4900000001/2026", "1", "BR01/D1", "issue", "-1250.5")
    ]
    assert seen.part.personal == ("Nome do usuário",)


def test_a_portuguese_list_without_documents_and_types_is_refused_with_the_way_out(tmp_path: Path) -> None:
    text = "Material;Qtd.  UM registro; Montante em MI ;Departamento;Mês\n77;1.250,50;-312,63;Produção;10\n"
    seen = look(tmp_path, text)
    assert seen.found.status == "refused"
    assert any("Movement Type" in said for said in seen.refusals)


def test_an_extract_of_a_data_warehouse_is_the_same_ledger(tmp_path: Path) -> None:
    text = (
        "Posting Date,Company,Country ISO Code,Material Document Number,Purchase Order Document Number,"
        "Special Stock Ind Code,Movement Type Code,Storage Location Code,Sold to Customer,Material Type Code,"
        "Brand,Category,Material,Batch No,QTY,Standard Price\n"
        "2026-10-15,DE01,DE,4900000001,,,601,0001,C77,FERT,B,C,M1,L1,-3,12.5\n"
        "2026-10-16,DE01,DE,4900000002,,K,632,0001,C77,FERT,B,C,M1,L1,1,12.5\n"
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("sap_warehouse", "movements")
    assert seen.asked == {}
    assert seen.rows(
        "document_id", "warehouse_id", "item_id", "lot_id", "kind", "qty", "unit_cost", "partner_id"
    ) == [
        ("4900000001/2026", "DE01/0001", "M1", "L1", "issue", "-3", "12.5", "C77"),
        ("4900000002/2026", "DE01/0001", "M1", "L1", "transfer", "1", "12.5", "C77"),
    ]


@pytest.mark.parametrize("code", ["261", "201"])
def test_leading_zeros_and_spaces_around_a_movement_type_do_not_matter(tmp_path: Path, code: str) -> None:
    text = tabbed(
        "Material|Plant|Movement Type|Material Document|Posting Date|Quantity",
        f"M|1|  {code} |49|15.10.2026|1-",
    )
    assert look(tmp_path, text).asked == {}
