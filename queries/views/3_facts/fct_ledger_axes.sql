-- One row per line that changed a queue, on the axis of all that came or went.
-- grain: key_id, position, is_out
-- staged
-- What goes out eats the axis of what came in from its start, so that on hand
-- is what lies beyond; this settles debts as well. is_linked: another line
-- handed over some of it.
with
handed as (
    select distinct in_position as position
    from fct_ledger_hands
),

all_lines as (
    select
        moves.key_id,
        moves.position,
        moves.posted_on,
        moves.place,
        moves.unit,
        moves.flow,
        moves.qty,
        case when handed.position is not null then 1 else 0 end as is_linked,
        0 as is_front,
        case when moves.qty < 0 then 1 else 0 end as is_out
    from fct_ledger_moves as moves
    left join handed
        on moves.position = handed.position
    union all
    select
        key_id,
        position,
        posted_on,
        place,
        unit,
        case when is_front = 1 then 6 else 1 end as flow,
        qty,
        0 as is_linked,
        is_front,
        case when qty < 0 then 1 else 0 end as is_out
    from fct_ledger_counts
),

placed as (
    select
        key_id,
        position,
        posted_on,
        place,
        unit,
        flow,
        is_linked,
        is_front,
        is_out,
        qty,
        cast(
            sum(abs(qty)) over (
                partition by key_id, is_out order by unit, position
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
        place,
        unit,
        flow,
        is_linked,
        is_front,
        is_out,
        qty,
        to_pos - abs(qty) as from_pos,
        to_pos
    from placed
)

select * from spanned
