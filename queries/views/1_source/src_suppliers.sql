-- One row per supplier, or supplier and item, as committed.
-- grain: supplier_id, item_id
select
    supplier_id,
    name,
    item_id,
    lead_time_days,
    moq,
    return_window_days,
    return_cap_share,
    restock_fee_share,
    is_consignment,
    is_vmi,
    load_id
from lake_suppliers
