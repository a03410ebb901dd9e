"""SAP MB52, warehouse stocks: one row a place, the kinds of stock in columns, in five languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.queries.lake.presets.handed_in import ON, look, look_at, tabbed, workbook

ENGLISH = (
    "Material", "Plant", "Storage Location", "Special Stock", "Special stock number", "Batch",
    "Base Unit of Measure", "Currency", "Unrestricted", "Value Unrestricted", "Transit and Transfer",
    "Val. in Trans./Tfr", "In Quality Insp.", "Value in QualInsp.",
    "Restricted-Use Stock", "Value Restricted",
    "Blocked", "Value BlockedStock", "Returns", "Value Rets Blocked",
)  # fmt: skip
SPANISH = (
    "Centro|Almacén|Material|Texto breve de material|Libre utilización|Unidad medida base|Inspecc.de calidad|"
    "Valor libre util.|Valor en insp.cal.|En traslado (Centro)|Trans./Trasl.|Stock en tránsito|Valor tránsito"
)


def test_each_kind_of_stock_becomes_a_row_with_its_value_over_its_quantity(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "MB52.xlsx",
        [
            ENGLISH,
            ("A-1", "1000", "0001", "", "", "B1", "PC", "EUR", 10, 100, 0, 0, 2, 21, 0, 0, 0, 0, 0, 0),
            ("A-2", "1000", "0001", "", "", "", "KG", "EUR", 0, 0, 0, 0, 0, 0, 4, 30, 0, 0, 0, 0),
            ("A-5", "1000", "0001", "", "", "", "KG", "EUR", 0, 0, 0, 0, 0, 0, 0, 0, 1.5, 15, 0, 0),
            ("A-6", "1000", "0001", "", "", "", "KG", "EUR", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 60),
            ("A-3", "1000", "", "", "", "", "PC", "EUR", 0, 0, 5, 40, 0, 0, 0, 0, 0, 0, 0, 0),
            ("A-4", "1000", "0002", "", "", "", "PC", "EUR", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        ],
    )
    seen = look_at(path, {**ON, "restricted": "blocked"})
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("item_id", "warehouse_id", "lot_id", "status", "qty", "unit_cost", "currency") == [
        ("A-1", "1000/0001", "B1", "available", "10", "10", "EUR"),
        ("A-1", "1000/0001", "B1", "quality", "2", "10.5", "EUR"),
        ("A-2", "1000/0001", None, "blocked", "4", "7.5", "EUR"),
        ("A-5", "1000/0001", None, "blocked", "1.5", "10", "EUR"),
        ("A-6", "1000/0001", None, "blocked", "6", None, "EUR"),
        ("A-3", "1000", None, "in_transit", "5", "8", "EUR"),
        ("A-4", "1000/0002", None, "available", "0", None, "EUR"),
    ]
    assert seen.asked == {}
    assert seen.part.unused == ()


def test_restricted_stock_is_asked_and_may_count_as_available(tmp_path: Path) -> None:
    text = tabbed("Material|Plant|Unrestricted|Restricted-Use Stock|Value Restricted", "A|1000|0|4|8")
    assert look(tmp_path, text, answers=ON).asked == {"restricted": "blocked"}
    nothing = text.replace("\t4\t8", "\t0.000\t0.00")
    assert look(tmp_path, nothing, "zeros.csv", ON).asked == {}
    assert look(tmp_path, nothing, "zeros.csv", ON).part.unused == ()
    seen = look(tmp_path, text, answers={**ON, "restricted": "available"})
    assert seen.rows("status", "qty", "unit_cost") == [("available", "4", "2")]


def test_stock_of_a_supplier_has_no_value_and_that_of_an_order_or_project_is_reserved(tmp_path: Path) -> None:
    head = (
        "Material|Plant|Storage Location|Special Stock|Special stock number|Unrestricted|Value Unrestricted"
    )
    text = tabbed(
        head,
        "A|1000|0001|K|V100|7|70",
        "A|1000|0001|E|4711/10|3|30",
        "A|1000|0001|Q|P-1|2|20",
        "A|1000|0001|||5|50",
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.asked == {}
    assert seen.rows("warehouse_id", "bin", "status", "qty", "unit_cost") == [
        ("1000/0001", "V100", "consigned", "7", None),
        ("1000/0001", "4711/10", "reserved", "3", "10"),
        ("1000/0001", "P-1", "reserved", "2", "10"),
        ("1000/0001", None, "available", "5", "10"),
    ]


def test_our_goods_at_a_subcontractor_or_customer_are_asked_once(tmp_path: Path) -> None:
    head = "Material|Plant|Storage Location|Special Stock|Special stock number|Unrestricted"
    text = tabbed(head, "A|1000||O|V200|7", "B|1000||W|C9|3", "C|1000||Z|1|2")
    seen = look(tmp_path, text, answers=ON)
    assert seen.asked == {"code.status.O": "keep", "code.status.W": "keep", "code.status.Z": None}
    said = {"code.status.O": "keep", "code.status.W": "leave_out", "code.status.Z": "blocked"}
    seen = look(tmp_path, text, answers={**ON, **said})
    assert seen.rows("item_id", "warehouse_id", "bin", "status", "qty") == [
        ("A", "1000", "V200", "available", "7"), ("C", "1000", "1", "blocked", "2")
    ]  # fmt: skip
    assert "rows_left_out" in seen.told


def test_the_date_is_never_in_the_file_and_the_file_name_only_proposes_it(tmp_path: Path) -> None:
    text = tabbed("Material|Plant|Unrestricted", "A|1000|5")
    assert look(tmp_path, text, "MB52.txt").asked == {"value.snapshot_on": None}
    seen = look(tmp_path, text, "MB52_20261031.txt")
    assert seen.asked == {"value.snapshot_on": "2026-10-31"}
    assert look(tmp_path, text, answers=ON).rows("snapshot_on", "qty") == [("2026-10-31", "5")]


def test_the_unconverted_text_form_is_read_below_blank_lines_and_beside_an_empty_column(
    tmp_path: Path,
) -> None:
    text = (
        "\r\n"
        "\tExternal Long Material Number\tPlnt\tSLoc\tBUn\t     Unrestricted\t          Blocked\r\n"
        "\r\n"
        "\t0100200045\t0101\t0002\tPC\t        1,250.000\t            0.000\r\n"
        "\t0100200046\t0101\t0002\tKG\t           12.500\t            3.000\r\n"
    )
    seen = look(tmp_path, text, "MB52.txt", {**ON, "zeros": "keep"})
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("item_id", "warehouse_id", "status", "qty") == [
        ("0100200045", "0101/0002", "available", "1250"),
        ("0100200046", "0101/0002", "available", "12.5"),
        ("0100200046", "0101/0002", "blocked", "3"),
    ]


def test_leading_zeros_of_material_numbers_are_asked_once(tmp_path: Path) -> None:
    text = tabbed("Material|Plant|Unrestricted", "000000000010004711|1000|5")
    assert look(tmp_path, text, answers=ON).asked == {"zeros": "keep"}
    stripped = look(tmp_path, text, answers={**ON, "zeros": "strip"})
    assert stripped.rows("item_id") == [("10004711",)]


def test_a_printed_list_with_rules_and_a_header_on_every_page_is_a_table(tmp_path: Path) -> None:
    rule = "-" * 60 + "\n"
    header = "|Material |Plnt|SLoc|Unrestricted|Blocked |\n"
    text = (
        "31.10.2026          Display Warehouse Stocks of Material\n" + rule + header + rule
        + "|A-1      |1000|0001|   1.250,00 |  0,00  |\n" + rule + header + rule
        + "|A-2      |1000|0001|     3,50-  |  2,25  |\n" + rule
    )  # fmt: skip
    assert look(tmp_path, text, "stock.txt").asked["value.snapshot_on"] == "2026-10-31"
    seen = look(tmp_path, text.encode("latin-1"), "stock.txt", ON)
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("item_id", "status", "qty") == [("A-1", "available", "1250"), ("A-2", "blocked", "2.25")]
    wrong = [each for each in seen.found.problems if each.outcome == "quarantined"]
    assert [(each.code, each.value) for each in wrong] == [("negative", "-3.5000")]


def test_in_spanish_the_whole_of_what_is_on_its_way_is_read_and_not_its_parts_again(tmp_path: Path) -> None:
    text = tabbed(
        SPANISH,
        "C100|A01|30001|Tornillo|120|UN|6|600|30|0|0|0|0",
        "C100||30001|Tornillo|0|UN|0|0|0|0|40|40|200",
    )
    seen = look(tmp_path, text, "MB52.txt", ON)
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("item_id", "warehouse_id", "status", "qty", "unit_cost") == [
        ("30001", "C100/A01", "available", "120", "5"),
        ("30001", "C100/A01", "quality", "6", "5"),
        ("30001", "C100", "in_transit", "40", "5"),
    ]
    assert seen.part.unused == ()


def test_where_only_the_parts_of_what_is_on_its_way_are_there_both_are_read(tmp_path: Path) -> None:
    head = (
        "Material|Plant|Unrestricted|Stock in Transit|Value in Transit|In transfer (plant)|Value in Stock Tfr"
    )
    text = tabbed(head, "A|1000|0|4|8|0|0", "B|1000|1|0|0|6|18")
    seen = look(tmp_path, text, answers=ON)
    assert seen.rows("item_id", "status", "qty", "unit_cost") == [
        ("A", "in_transit", "4", "2"),
        ("B", "available", "1", None),
        ("B", "in_transit", "6", "3"),
    ]


def test_of_all_37_english_columns_none_is_unknown_and_no_piece_is_read_twice(tmp_path: Path) -> None:
    cells = {
        "Material": "A", "Plant": "1000", "Storage Location": "0001", "Special Stock": "",
        "Spec. stk valuation": "",
        "Special stock number": "", "DF stor. loc. level": "",
        "Base Unit of Measure": "PC", "Unrestricted": "10",
        "Stock Segment": "", "Currency": "EUR", "Value Unrestricted": "100", "Transit and Transfer": "7",
        "Val. in Trans./Tfr": "70", "Quality Inspection": "2", "Value in QualInsp.": "20",
        "Restricted-Use Stock": "0", "Value Restricted": "0", "Blocked": "0", "Value BlockedStock": "0",
        "Returns": "0", "Value Rets Blocked": "0", "Material Description": "Screw", "Name 1": "Plant 1",
        "Material Type": "ROH", "Material Group": "01", "Descr. of Storage Loc.": "Main",
        "Valuated Goods Receipt Blocked Stock": "3", "Val. GR Blocked St.": "30", "Tied Empties": "1",
        "Val. Tied Empties": "10", "Stock in Transit": "4", "Value in Transit": "40",
        "In transfer (plant)": "3",
        "Value in Stock Tfr": "30", "Customer": "", "WBS Element": "",
    }  # fmt: skip
    text = tabbed("|".join(cells), "|".join(cells.values()))
    seen = look(tmp_path, text, answers={**ON, "restricted": "blocked"})
    assert seen.asked == {}
    assert seen.rows("status", "qty", "unit_cost") == [
        ("available", "10", "10"),
        ("quality", "2", "10"),
        ("in_transit", "7", "10"),
        ("blocked", "3", "10"),
        ("reserved", "1", "10"),
    ]
    assert seen.part.unused == ()


def test_in_portuguese_numbers_have_points_between_thousands_and_a_comma(tmp_path: Path) -> None:
    text = (
        "Depósito;Centro;Material;Texto breve material;Lote;Utilização livre;Controle qualidade;Bloqueado;"
        "Estq.não disponível;Trânsito e TE;UM básica;Val.utiliz.livre;Valor verif.qual.;Val.estoque bloq.;"
        "Val.util.restrita;Val.em trâns.e Trf;Valor em trânsito\n"
        "D1;BR01;77;Parafuso;L1;1.250,500;0,000;2,000;0,000;4,000;KG;12.505,00;0,00;20,00;0,00;48,00;48,00\n"
    )
    said = {**ON, "restricted": "blocked"}
    assert look(tmp_path, text.encode("cp1252"), answers=said).asked == {"decimal": "comma"}
    seen = look(tmp_path, text.encode("cp1252"), answers={**said, "decimal": "comma"})
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.asked == {}
    assert seen.rows("item_id", "warehouse_id", "lot_id", "status", "qty", "unit_cost") == [
        ("77", "BR01/D1", "L1", "available", "1250.5", "10"),
        ("77", "BR01/D1", "L1", "blocked", "2", "10"),
        ("77", "BR01/D1", "L1", "in_transit", "4", "12"),
    ]


def test_the_long_portuguese_labels_mean_the_same(tmp_path: Path) -> None:
    text = tabbed(
        "Material|Descrição de material|Depósito|Estoque de utilização livre|"
        "Estoque em controle de qualidade|"
        "Estoque bloqueado|Valor do estoque de utilização livre",
        "77|Parafuso|D1|5|1|2|50",
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("warehouse_id", "status", "qty", "unit_cost") == [
        ("D1", "available", "5", "10"), ("D1", "quality", "1", None), ("D1", "blocked", "2", None)
    ]  # fmt: skip


def test_in_german(tmp_path: Path) -> None:
    text = tabbed(
        "Material|Werk|Lagerort|Sonderbestand|Sonderbestand Bezeichnung|Sonderbestandsnummer|Charge|"
        "Basismengeneinheit|Währung|Frei verwendbar|Wert frei verwend.|Transit und Umlag|Wert in Tra. u. Um|"
        "In Qualitätsprüfung|Wert in QualPrüfng|Nicht freier Bestand|"
        "Wert nicht frei|Gesperrt|Wert Sperrbestand|"
        "Retouren|Wert RetourenSperr|In Umlagerung (Werk)|Wert in Umlagerung|Transitbestand|Wert in Transit",
        "M-1|1000|0001||||C7|ST|EUR|1.200|6000,00|0|0,00|3|15,00|0|0,00|1|5,00|0|0,00|0|0,00|0|0,00",
        "M-1|1000|||||C7|ST|EUR|0|0,00|7|42,00|0|0,00|0|0,00|0|0,00|0|0,00|0|0,00|7|42,00",
    )
    seen = look(tmp_path, text, answers={**ON, "restricted": "blocked", "decimal": "comma"})
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.asked == {}
    assert seen.rows("warehouse_id", "lot_id", "status", "qty", "unit_cost", "currency") == [
        ("1000/0001", "C7", "available", "1200", "5", "EUR"),
        ("1000/0001", "C7", "quality", "3", "5", "EUR"),
        ("1000/0001", "C7", "blocked", "1", "5", "EUR"),
        ("1000", "C7", "in_transit", "7", "6", "EUR"),
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("工厂|库存地点|仓储地点的描述|物料|物料描述|非限制使用的库存", "1000|0001|原料库|M1|螺丝|5"),
        (
            "物料编码|物料描述|工厂|存储位置|仓储地点的描述|非限制使用的库存|Trans./Tfr",
            "M1|螺丝|1000|0001|原料库|5|0",
        ),
        (
            "工厂|物料|物料描述|规格型号|存储地点|基本计量单位|非限制使用的库存|存储地点描述",
            "1000|M1|螺丝|M6|0001|PC|5|原料库",
        ),
    ],
)
def test_in_three_chinese_layouts(tmp_path: Path, header: str, row: str) -> None:
    seen = look(tmp_path, tabbed(header, row).encode("gb18030"), answers=ON)
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.asked == {}
    assert seen.rows("item_id", "warehouse_id", "status", "qty") == [("M1", "1000/0001", "available", "5")]
    assert seen.part.unused == ()


def test_a_chinese_list_with_a_column_left_in_english_keeps_both(tmp_path: Path) -> None:
    text = tabbed(
        "物料编码|物料描述|工厂|存储位置|仓储地点的描述|非限制使用的库存|Trans./Tfr|处于质检的库存|被冻结的库存",
        "M1|螺丝|1000||在途|0|9|0|0",
        "M1|螺丝|1000|0001|原料库|5|0|2|1",
    )
    assert look(tmp_path, text, answers=ON).rows("warehouse_id", "status", "qty") == [
        ("1000", "in_transit", "9"),
        ("1000/0001", "available", "5"),
        ("1000/0001", "quality", "2"),
        ("1000/0001", "blocked", "1"),
    ]


def test_names_of_the_tables_behind_it_are_understood(tmp_path: Path) -> None:
    text = tabbed("MATNR|WERKS|LGORT|LABST|UMLME|INSME|EINME|SPEME|RETME|KLABS", "A|1000|0001|5|1|2|0|3|0|4")
    seen = look(tmp_path, text, answers={**ON, "restricted": "blocked"})
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.rows("status", "qty") == [
        ("available", "5"), ("quality", "2"), ("blocked", "3"), ("in_transit", "1"), ("consigned", "4")
    ]  # fmt: skip


def test_the_sums_at_the_end_are_set_aside_and_must_agree(tmp_path: Path) -> None:
    head = "Material|Plant|Storage Location|Unrestricted|Value Unrestricted"
    good = look(tmp_path, tabbed(head, "A|1000|0001|5|50", "B|1000|0001|3|9", "|||8|59"), answers=ON)
    assert good.rows("item_id", "qty") == [("A", "5"), ("B", "3")]
    assert [(each.column, each.agrees) for each in good.part.controls] == [
        ("Unrestricted", True), ("Value Unrestricted", True)
    ]  # fmt: skip
    bad = look(tmp_path, tabbed(head, "A|1000|0001|5|50", "|||8|50"), answers=ON)
    assert "total_differs" in bad.told
