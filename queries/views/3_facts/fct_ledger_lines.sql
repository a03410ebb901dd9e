-- One row per net change of one queue: moves and what counts found.
-- grain: key_id, position, is_front, is_out
-- staged
-- is_linked: some of it was handed over by another line, earlier or together.
with
handed as (
    select distinct hands.in_position as position
    from fct_ledger_hands as hands
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
)

select * from all_lines
