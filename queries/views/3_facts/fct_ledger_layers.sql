-- One row per stretch on hand and the line its life began with.
-- grain: key_id, position, local_from, origin_from
-- staged
-- origin: 'line' an incoming line of its own, 'debt' an outgoing line that gave
-- what it did not have. Every step goes back in time, so that the walk ends,
-- and the first lot on it whose own date is known gives that date.
with recursive
walk as (
    select
        key_id,
        position as start_position,
        local_from as start_from,
        position,
        local_from,
        local_to,
        local_from as origin_from,
        lot_received_on,
        'line' as step
    from fct_ledger_on_hand
    where is_linked = 1
    union all
    select
        walk.key_id,
        walk.start_position,
        walk.start_from,
        edges.from_position as position,
        edges.from_from + greatest(walk.local_from, edges.to_from)
        - edges.to_from as local_from,
        edges.from_from + least(walk.local_to, edges.to_to)
        - edges.to_from as local_to,
        walk.origin_from
        + greatest(edges.to_from - walk.local_from, 0) as origin_from,
        coalesce(walk.lot_received_on, edges.lot_received_on)
            as lot_received_on,
        edges.step
    from walk
    inner join fct_ledger_edges as edges
        on
            walk.position = edges.to_position
            and walk.local_to > edges.to_from
            and walk.local_from < edges.to_to
    where walk.step = 'line'
),

linked_lines as (
    select distinct to_position
    from fct_ledger_edges
),

ended as (
    select
        walk.key_id,
        walk.start_position,
        walk.start_from,
        walk.origin_from,
        walk.position as origin_position,
        walk.local_to - walk.local_from as qty,
        walk.lot_received_on,
        case when walk.step = 'debt' then 'debt' else 'line' end as origin
    from walk
    left join linked_lines
        on walk.position = linked_lines.to_position
    where walk.step <> 'line' or linked_lines.to_position is null
),

layers as (
    select
        key_id,
        start_position as position,
        start_from as local_from,
        origin_from,
        origin_position,
        qty,
        lot_received_on,
        origin
    from ended
    union all
    select
        key_id,
        position,
        local_from,
        local_from as origin_from,
        position as origin_position,
        local_to - local_from as qty,
        lot_received_on,
        'line' as origin
    from fct_ledger_on_hand
    where is_linked = 0
)

select * from layers
