-- One row per line that changed a queue, on the axis of all that came or went.
-- grain: key_id, position, is_out
-- staged
-- What goes out eats the axis of what came in from its start, so that on hand
-- is what lies beyond; this settles debts as well. side is the key, below zero
-- for what goes out: one whole number to part the lines by makes this quick.
with
all_lines as (
    select
        position,
        posted_on,
        unit,
        flow,
        qty,
        case when qty < 0 then -key_id else key_id end as side
    from fct_ledger_moves
    union all
    select
        position,
        posted_on,
        unit,
        case when is_front = 1 then 6 else 1 end as flow,
        qty,
        case when qty < 0 then -key_id else key_id end as side
    from fct_ledger_counts
),

placed as (
    select
        side,
        position,
        posted_on,
        unit,
        flow,
        abs(qty) as size,
        cast(
            sum(abs(qty)) over queue as bigint
        ) as to_pos,
        cast(row_number() over queue as integer) as line_no
    from all_lines
    window
        queue as (
            partition by side order by unit, position
            rows between unbounded preceding and current row
        )
),

spanned as (
    select
        abs(side) as key_id,
        position,
        posted_on,
        unit,
        flow,
        case when side < 0 then 1 else 0 end as is_out,
        line_no,
        case when side < 0 then -size else size end as qty,
        to_pos - size as from_pos,
        to_pos
    from placed
)

select * from spanned
