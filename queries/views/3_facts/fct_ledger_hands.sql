-- One row per stretch of what went out that another line took over.
-- grain: out_position, out_from
-- staged
-- Both sides run in order on one axis of quantity and the k-th piece meets the
-- k-th: inside a document's unit; then what a transfer's days left over; then
-- returns against what their issue took. Offsets count from the line's own start.
with
settings as (
    select * from src_settings
),

sides as (
    select
        transfers.transfer_id as position,
        transfers.posted_on,
        transfers.qty,
        transfers.joined,
        transfers.item_place as place,
        transfers.unit_place as unit,
        2 as flow
    from fct_ledger_transfers as transfers
    union all
    select
        moves.position,
        moves.posted_on,
        moves.qty,
        cast(null as varchar) as joined,
        keys.warehouse_place as place,
        moves.unit,
        0 as flow
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id
    where moves.flow = 0 and keys.has_lots = 1
),

ins as (
    select
        position,
        joined,
        place,
        unit,
        flow,
        qty,
        cast(
            sum(qty) over (
                partition by flow, place, unit, joined order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from sides
    where qty > 0
),

outs as (
    select
        position,
        joined,
        place,
        unit,
        flow,
        -qty as qty,
        cast(
            sum(-qty) over (
                partition by flow, place, unit, joined order by position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from sides
    where qty < 0
),

within_units as (
    select
        outs.position as out_position,
        greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (ins.upto - ins.qty) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.qty, outs.upto - outs.qty) as qty
    from ins
    inner join outs
        on
            ins.flow = outs.flow
            and ins.place = outs.place
            and ins.unit = outs.unit
            and ins.joined is not distinct from outs.joined
            and outs.upto - outs.qty < ins.upto
            and outs.upto > ins.upto - ins.qty
),

----------  what the days of an open transfer leave over
taken as (
    select
        out_position as position,
        cast(sum(qty) as bigint) as qty
    from within_units
    group by out_position
    union all
    select
        in_position as position,
        cast(sum(qty) as bigint) as qty
    from within_units
    group by in_position
),

rests as (
    select
        sides.position,
        sides.place,
        sides.unit,
        sides.joined,
        sides.qty as signed_qty,
        coalesce(taken.qty, 0) as offset_qty,
        abs(sides.qty) - coalesce(taken.qty, 0) as qty,
        cast(
            sum(abs(sides.qty) - coalesce(taken.qty, 0)) over (
                partition by
                    sides.place, sides.joined,
                    case when sides.qty > 0 then 1 else 0 end
                order by sides.unit, sides.position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from sides
    left join taken
        on sides.position = taken.position
    where
        sides.joined is not null
        and abs(sides.qty) > coalesce(taken.qty, 0)
),

across_days as (
    select
        outs.position as out_position,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        ins.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (ins.upto - ins.qty) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.qty, outs.upto - outs.qty) as qty
    from rests as ins
    inner join rests as outs
        on
            ins.place = outs.place
            and ins.joined = outs.joined
            and outs.upto - outs.qty < ins.upto
            and outs.upto > ins.upto - ins.qty
    where ins.signed_qty > 0 and outs.signed_qty < 0
),

----------  returns against their issue: of its own lot first
returns as (
    select
        moves.position,
        moves.unit,
        moves.qty,
        moves.reference_id,
        keys.item_place,
        keys.lot_id
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id
    cross join settings
    where
        moves.flow = 4
        and settings.return_age = 'issue'
),

issues as (
    select
        moves.position,
        moves.unit,
        keys.item_place,
        keys.lot_id,
        documents.reference_id,
        coalesce(taken.qty, 0) as offset_qty,
        -moves.qty - coalesce(taken.qty, 0) as qty
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id
    inner join stg_movements as movements
        on moves.position = movements.position
    inner join (
        select distinct
            item_place,
            reference_id
        from returns
    ) as documents
        on
            keys.item_place = documents.item_place
            and movements.document_id = documents.reference_id
    left join taken
        on moves.position = taken.position
    where
        moves.flow = 0
        and moves.qty < 0
        and -moves.qty > coalesce(taken.qty, 0)
),

lot_ins as (
    select
        *,
        cast(
            sum(qty) over (
                partition by item_place, reference_id, lot_id
                order by unit, position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from returns
),

lot_outs as (
    select
        *,
        cast(
            sum(qty) over (
                partition by item_place, reference_id, lot_id
                order by unit, position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from issues
),

returned_lots as (
    select
        outs.position as out_position,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (ins.upto - ins.qty) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.qty, outs.upto - outs.qty) as qty
    from lot_ins as ins
    inner join lot_outs as outs
        on
            ins.item_place = outs.item_place
            and ins.reference_id = outs.reference_id
            and ins.lot_id = outs.lot_id
            and outs.upto - outs.qty < ins.upto
            and outs.upto > ins.upto - ins.qty
),

lot_taken as (
    select
        out_position as position,
        cast(sum(qty) as bigint) as qty
    from returned_lots
    group by out_position
    union all
    select
        in_position as position,
        cast(sum(qty) as bigint) as qty
    from returned_lots
    group by in_position
),

rest_ins as (
    select
        returns.position,
        returns.item_place,
        returns.reference_id,
        coalesce(lot_taken.qty, 0) as offset_qty,
        returns.qty - coalesce(lot_taken.qty, 0) as qty,
        cast(
            sum(returns.qty - coalesce(lot_taken.qty, 0)) over (
                partition by returns.item_place, returns.reference_id
                order by returns.unit, returns.position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from returns
    left join lot_taken
        on returns.position = lot_taken.position
    where returns.qty > coalesce(lot_taken.qty, 0)
),

rest_outs as (
    select
        issues.position,
        issues.item_place,
        issues.reference_id,
        issues.offset_qty + coalesce(lot_taken.qty, 0) as offset_qty,
        issues.qty - coalesce(lot_taken.qty, 0) as qty,
        cast(
            sum(issues.qty - coalesce(lot_taken.qty, 0)) over (
                partition by issues.item_place, issues.reference_id
                order by issues.unit, issues.position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from issues
    left join lot_taken
        on issues.position = lot_taken.position
    where issues.qty > coalesce(lot_taken.qty, 0)
),

returned_rests as (
    select
        outs.position as out_position,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        ins.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (ins.upto - ins.qty) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.qty, outs.upto - outs.qty) as qty
    from rest_ins as ins
    inner join rest_outs as outs
        on
            ins.item_place = outs.item_place
            and ins.reference_id = outs.reference_id
            and outs.upto - outs.qty < ins.upto
            and outs.upto > ins.upto - ins.qty
),

all_hands as (
    select
        out_position,
        out_from,
        in_position,
        in_from,
        qty
    from within_units
    union all
    select
        out_position,
        out_from,
        in_position,
        in_from,
        qty
    from across_days
    union all
    select
        out_position,
        out_from,
        in_position,
        in_from,
        qty
    from returned_lots
    union all
    select
        out_position,
        out_from,
        in_position,
        in_from,
        qty
    from returned_rests
)

select * from all_hands
