-- One row per ledger line, as committed; seq and document_seq order a day.
-- grain: posted_on, seq
select
    posted_on,
    document_id,
    item_id,
    kind,
    qty,
    counted_qty,
    warehouse_id,
    line_no,
    lot_id,
    unit_cost,
    reference_id,
    partner_id,
    seq,
    document_seq,
    load_id
from lake_movements
