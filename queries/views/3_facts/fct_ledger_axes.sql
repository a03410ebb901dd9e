-- One row per line that changed a queue, on the axis of all that came or went.
-- grain: key_id, position, is_out
-- staged
-- What goes out eats the axis of what came in from its start, so that on hand
-- is what lies beyond; this settles debts as well. side numbers the axes: one
-- whole number to part the lines by is what makes this quick.
with
all_lines as (
    select
        position,
        unit,
        flow,
        qty,
        2 * key_id + case when qty < 0 then 1 else 0 end as side
    from fct_ledger_moves
    union all
    select
        position,
        unit,
        case when is_front = 1 then 6 else 1 end as flow,
        qty,
        2 * key_id + case when qty < 0 then 1 else 0 end as side
    from fct_ledger_counts
),

placed as (
    select
        side,
        position,
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
        cast(side // 2 as integer) as key_id,
        position,
        date '1970-01-01' + cast(position // 10000000000 as integer)
            as posted_on,
        unit,
        flow,
        side % 2 as is_out,
        line_no,
        case when side % 2 = 1 then -size else size end as qty,
        to_pos - size as from_pos,
        to_pos
    from placed
)

select * from spanned
