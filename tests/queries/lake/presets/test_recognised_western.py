"""Western files told by their headers alone: each is its own preset's layout, and no other's."""

# Headers of a file stand on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from queries.lake.mapping.recognise import doubts, recognise

HEADERS = """
sap_mb52/mb52 stock | Material|Plant|Storage Location|Batch|Base Unit of Measure|Unrestricted|Transit and Transfer|In Quality Insp.|Blocked|Value Unrestricted|Val. in Trans./Tfr|Value in QualInsp.|Value BlockedStock|Value Rets Blocked
sap_mb52/mb52 stock | Material|Plant|Storage Location|Batch|Base Unit of Measure|Unrestricted|Transit and Transfer|In Quality Insp#|Blocked|Value Unrestricted|Val# in Trans#/Tfr|Value in QualInsp#|Value BlockedStock|Value Rets Blocked
sap_mb52/mb52 stock | External Long Material Number|Plnt|SLoc|BUn|Unrestricted|Blocked
sap_mb52/mb52 stock | Centro|Almacén|Material|Texto breve de material|Libre utilización|Unidad medida base|Inspecc.de calidad|Valor libre util.|Valor en insp.cal.|En traslado (Centro)|Trans./Trasl.|Stock en tránsito|Valor tránsito
sap_mb52/mb52 stock | Depósito|Centro|Material|Texto breve material|Lote|Utilização livre|Controle qualidade|Bloqueado|Estq.não disponível|Trânsito e TE|UM básica|Val.utiliz.livre|Valor verif.qual.|Val.estoque bloq.|Val.util.restrita|Val.em trâns.e Trf|Valor em trânsito
sap_mb52/mb52 stock | Descrição de material|Depósito|Material|Estoque de utilização livre|Estoque em controle de qualidade|Estoque bloqueado|Valor do estoque de utilização livre
sap_mb52/mb52 stock | 工厂|库存地点|仓储地点的描述|物料|物料描述|非限制使用的库存
sap_mb52/mb52 stock | 物料编码|物料描述|工厂|存储位置|仓储地点的描述|非限制使用的库存|Trans./Tfr
sap_mb52/mb52 stock | 工厂|物料|物料描述|规格型号|存储地点|基本计量单位|非限制使用的库存|存储地点描述
sap_mb52/mb52 stock | Material|Werk|Lagerort|Charge|Basismengeneinheit|Frei verwendbar|In Umlagerung|In QualPrüfung|Gesperrt|Wert frei verw.
sap_mb52/mb52 stock | Material|Unrestricted|Plant
sap_mb51/mb51 movements | Material|Plant|Storage Location|Movement Type|Special Stock|Material Document|Material Doc.Item|Posting Date|Qty in Un. of Entry|Unit of Entry|Amount in LC|Ext. Amount in Local Currency
sap_mb51/mb51 movements | Plant|Material|Material Description|Storage Location|Movement Type|Movement Type Text|Posting Date|Time of Entry|Qty in unit of entry
sap_mb51/mb51 movements | Plant|Material|Movement|Pstng Date|Qty in Un.
sap_mb51/mb51 movements | Material|Texto breve de material|Centro|Almacén|Clase de movimiento|Un.medida de entrada|Fe.contabilización|Documento material|Posición doc.mat.|Impte.mon.local|Cantidad
sap_mb51/mb51 movements | Material|Artikelkurztext|Bewegungsartentext|Artikelbeleg|Buchungsdatum|Erfassungsdatum|LOrt|Menge in ErfassME|ErfassungsMngEinh|Menge|Basismengeneinheit|Betrag Hauswähr|Kunde|Name des Benutzers
sap_mb51/mb51_reduced | Material|Buch.dat.|Menge in ErfassME|LOrt|Kunde
sap_mb51/mb51 movements | 物料凭证|物料凭证项目|凭证日期|库存地点|仓储地点的描述|凭证抬头文本|移动类型|移动类型文本|物料|物料描述|以录入单位表示的数量|过账日期|输入日期|输入时间|订单|采购订单|文本
sap_mb51/mb51 movements | 物料凭证|移动类型|过账日期|物料|以录入项单位表示的数量|条目单位|数量|基本计量单位|按本位币计的金额|借方/贷方标识|特殊库存标识|生产订单号
sap_mb51/mb51_reduced | Material|Qtd. UM registro|Montante em MI|Departamento|Mês
sap_warehouse/documents movements | Posting Date|Company|Country ISO Code|Material Document Number|Purchase Order Document Number|Special Stock Ind Code|Movement Type Code|Storage Location Code|Sold to Customer|Material Type Code|Brand|Category|Material|Batch No|QTY|Standard Price
sap_mb5b/totals stock | ValA|Material|From Date|To Date|Opening Stock|Total Receipt Qties|Total Issue Quantities|Closing Stock|BUn
sap_valuation/mc9 stock | Material|Valuated stock|Stock value|Total usage
erpnext/stock_balance stock | Item|Item Name|Item Group|Warehouse|Stock UOM|Balance Qty|Balance Value|Opening Qty|Opening Value|In Qty|In Value|Out Qty|Out Value|Valuation Rate|Reserved Stock|Company|Average Age|Earliest Age|Latest Age
erpnext/stock_ledger movements | Date|Item|Item Name|Stock UOM|In Qty|Out Qty|Balance Qty|Voucher #|Warehouse|Item Group|Brand|Description|Incoming Rate|Valuation Rate|Balance Value|Value Change|Voucher Type|Voucher # (2)|Batch|Serial No|Balance Serial No|Project|Company
erpnext/stock_ageing stock | Item Code|Item Name|Description|Item Group|Brand|Warehouse|Available Qty|Average Age|Age (0 - 30)|Earliest|Latest|UOM
odoo/quants stock | Product|Location|Lot/Serial Number|Package|Owner|Reserved|On Hand|UoM|Company
odoo/quants stock | Product|Location|On Hand|UoM
odoo/quants stock | 位置|产品|批次/序列号码|服务包|所有者|进货日期|数量|数量已预留|盘点的数量|盘点日期|参考号
odoo/quants stock | 位置|产品|批次/序列号码|在手数量
odoo/move_lines movements | Date|Reference|Product|From|To|Quantity Done|Unit of Measure|Status
odoo/move_lines movements | Date|Reference|Product|Lot/Serial Number|From|To|Quantity|Unit|Status
netsuite/by_location stock | Name|Display Name|On Hand|Inventory Location|Location On Hand
dynamics365/on_hand_form stock | Item number|Product name|Site|Warehouse|Physical inventory|Physical reserved|Available physical|Ordered in total|On order|Ordered reserved|Available for reservation|Total available
dynamics365/on_hand_form stock | Item number|Physical inventory|Physical reserved|Available physical|Ordered in total|On order|Ordered reserved|Available for reservation|Total available|Posted quantity|Deducted|Picked|Received|Registered|Physical cost amount|Financial cost amount|Cost price
dynamics365/warehouses_on_hand stock | ItemNumber|ProductColorId|ProductSizeId|InventorySiteId|InventoryWarehouseId|OnHandQuantity|ReservedOnHandQuantity|AvailableOnHandQuantity
business_central/item_ledger_entries movements | Posting Date|Entry Type|Document Type|Document No.|Item No.|Description|Location Code|Quantity|Invoiced Quantity|Remaining Quantity|Sales Amount (Actual)|Cost Amount (Actual)|Open
shopify/locations_in_columns stock | Handle|Title|Option1 Name|Option1 Value|SKU|HS Code|COO|NYC|LA
shopify/locations_in_columns stock | Handle|Title|SKU|COO|Aachen|Bath|Cork|Delft|Essen|Faro|Gent|Hull|Ivrea|Jena|Kiel|Lodz
shopify/rows stock | Handle|Title|Option1 Name|Option1 Value|SKU|HS Code|COO|Location|Incoming|Unavailable|Committed|Available|On hand
shopify/rows stock | Handle|Title|Option1 Name|Option1 Value|SKU|HS Code|COO|Location|Bin name|Incoming (not editable)|Unavailable (not editable)|Committed (not editable)|Available (not editable)|On hand (current)|On hand (new)
woocommerce/products items | ID|Type|SKU|Name|Published|Is featured?|Visibility in catalog|Short description|Description|In stock?|Stock|Backorders allowed?|Regular price|Categories
amazon/inventory_report stock | sku|asin|price|quantity
"""


@pytest.mark.parametrize("line", HEADERS.strip().splitlines())
def test_headers_alone_tell_the_layout_and_the_table(line: str) -> None:
    expected, *headers = (cell.strip() for cell in line.split("|"))
    guesses = recognise(headers)
    assert not doubts(guesses)
    assert f"{guesses[0].mapping}/{guesses[0].layout} {guesses[0].table}".strip() == expected
    others = [each.score for each in guesses if each.mapping != guesses[0].mapping]
    assert all(score < guesses[0].score - 0.1 for score in others)


def test_stock_values_by_plant_may_be_stock_or_costs_of_items_and_are_asked() -> None:
    headers = ["ValA", "Material", "Total Stock", "Total Value", "Price control", "price per unit"]
    asked = doubts(recognise(headers))
    assert [each.key for each in asked] == ["table"]
    assert set(asked[0].choices[:2]) == {"items", "stock"}
