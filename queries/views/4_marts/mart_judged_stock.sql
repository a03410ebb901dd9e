-- One row per position today and on the judged day before: what it is judged.
-- grain: steps_back, item_no, scope_no
-- held
-- Numbers alone, of the whole company: mart_stock is what the filter leaves.
select
    steps_back,
    item_no,
    scope_no,
    value,
    qty,
    debt_qty,
    transferred_qty,
    state,
    tier,
    is_slow,
    score,
    at_risk_value,
    days_since_use,
    days_to_next_state
from mart_positions
where steps_back <= 1
