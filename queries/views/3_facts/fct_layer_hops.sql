-- One row per stretch on hand, hop and piece of it: where it stood before.
-- grain: stretch_position, stretch_from, hop_no, piece_from
-- kept
-- hop_no 0 is where it lies or is under way to; each further hop is one back in
-- time. A piece is piece_qty ten-thousandths from piece_from on. step: 'line'
-- came in, 'debt' was given by a place that did not have it, 'own' is what of
-- the hop before nobody handed over. is_end: here its life began.
with recursive
walk as (
    select
        key_id,
        position as stretch_position,
        local_from as stretch_from,
        0 as hop_no,
        position,
        local_from,
        local_to,
        local_from as piece_from,
        'line' as step
    from fct_ledger_on_hand
    union all
    select
        walk.key_id,
        walk.stretch_position,
        walk.stretch_from,
        walk.hop_no + 1 as hop_no,
        edges.from_position as position,
        edges.from_from + greatest(walk.local_from, edges.to_from)
        - edges.to_from as local_from,
        edges.from_from + least(walk.local_to, edges.to_to)
        - edges.to_from as local_to,
        walk.piece_from
        + greatest(edges.to_from - walk.local_from, 0) as piece_from,
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

placed as (
    select
        walk.stretch_position,
        walk.stretch_from,
        walk.hop_no,
        walk.piece_from,
        walk.local_to - walk.local_from as piece_qty,
        walk.step,
        case
            when walk.step <> 'line' or linked_lines.to_position is null then 1
            else 0
        end as is_end,
        abs(walk.position) as line_position,
        case
            when walk.step = 'debt' or walk.position < 0 then 1
            else 0
        end as is_out,
        case when walk.step = 'debt' then 'debt' else 'line' end as origin,
        walk.key_id as stretch_key_id
    from walk
    left join linked_lines
        on walk.position = linked_lines.to_position
),

described as (
    select
        placed.stretch_position,
        placed.stretch_from,
        placed.hop_no,
        placed.piece_from,
        placed.piece_qty,
        placed.step,
        placed.is_end,
        stretches.item_id,
        coalesce(on_hand.target_id, stretches.warehouse_id) as warehouse_id,
        stretches.lot_id,
        on_hand.is_in_transit,
        case
            when on_hand.is_front = 1 then origins.received_to_on
            else on_hand.arrived_on
        end as arrived_on,
        places.warehouse_id as hop_warehouse_id,
        places.lot_id as hop_lot_id,
        lines.posted_on as moved_on,
        movements.document_id,
        movements.kind,
        movements.reference_id,
        movements.partner_id
    from placed
    inner join fct_ledger_on_hand as on_hand
        on
            placed.stretch_key_id = on_hand.key_id
            and placed.stretch_position = on_hand.position
            and placed.stretch_from = on_hand.local_from
    inner join fct_ledger_keys as stretches
        on placed.stretch_key_id = stretches.key_id
    inner join fct_ledger_axes as lines
        on
            placed.line_position = lines.position
            and placed.is_out = lines.is_out
    inner join fct_ledger_keys as places
        on lines.key_id = places.key_id
    left join stg_movements as movements
        on placed.line_position = movements.position
    left join fct_ledger_origins as origins
        on
            placed.is_end = 1
            and placed.origin = origins.origin
            and placed.line_position = origins.position
)

select * from described
