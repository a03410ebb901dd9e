-- One row per line that took from a queue, on the axis of all it ever gave.
-- grain: key_id, position
-- staged
with
placed as (
    select
        key_id,
        position,
        posted_on,
        place,
        unit,
        flow,
        -qty as qty,
        cast(
            sum(-qty) over (
                partition by key_id order by unit, position
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos
    from fct_ledger_lines
    where qty < 0
)

select
    key_id,
    position,
    posted_on,
    place,
    unit,
    flow,
    qty,
    to_pos - qty as from_pos,
    to_pos
from placed
