-- One row per line that changed a queue, on the axis of all that came or went.
-- grain: key_id, position, is_out
-- staged
-- What goes out eats the axis of what came in from its start, so that on hand
-- is what lies beyond; this settles debts as well. side numbers the axes: one
-- whole number to part the lines by is what makes this quick.
with
all_lines as (
    select
        key_id,
        position,
        posted_on,
        unit,
        flow,
        qty,
        2 * key_id + case when qty < 0 then 1 else 0 end as side
    from fct_ledger_moves
    union all
    select
        key_id,
        position,
        posted_on,
        unit,
        case when is_front = 1 then 6 else 1 end as flow,
        qty,
        2 * key_id + case when qty < 0 then 1 else 0 end as side
    from fct_ledger_counts
),

placed as (
    select
        key_id,
        position,
        posted_on,
        unit,
        flow,
        qty,
        cast(
            sum(abs(qty)) over (
                partition by side order by unit, position
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos
    from all_lines
),

spanned as (
    select
        key_id,
        position,
        posted_on,
        unit,
        flow,
        case when qty < 0 then 1 else 0 end as is_out,
        qty,
        to_pos - abs(qty) as from_pos,
        to_pos
    from placed
)

select * from spanned
