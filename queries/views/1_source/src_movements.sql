-- One row per ledger line, as committed; seq orders the lines of a day, document_seq its documents.
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
