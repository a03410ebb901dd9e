-- One row per finished disposal, as committed.
-- grain: disposed_on, item_id, strategy, warehouse_id, lot_id, plan_id
select
    disposed_on,
    item_id,
    strategy,
    qty,
    recovered_value,
    warehouse_id,
    lot_id,
    cost_value,
    plan_id,
    note,
    load_id
from lake_outcomes
