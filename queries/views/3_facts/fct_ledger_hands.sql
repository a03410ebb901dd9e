-- One row per stretch of what went out that another line took over.
-- grain: out_position, out_from
-- staged
-- Both sides run in order on one axis of quantity and the k-th piece meets the
-- k-th: inside a document's unit; then what a transfer's days left over; then
-- returns against what their issue took. Offsets count from the line's own
-- start.
with sides as (
    select
        transfer_id as position,
        key_id,
        qty,
        2 * item_place as group_id,
        4 * unit_place as unit
    from fct_ledger_transfers
    where joined is null
    union all
    select
        moves.position,
        moves.key_id,
        moves.qty,
        2 * keys.warehouse_place + 1 as group_id,
        moves.unit
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id and keys.has_lots = 1
    where moves.flow = 0 and moves.is_alone = 0
),

----------  almost every unit is one line out and one line in
units as (
    select
        group_id,
        unit,
        count(*) as line_count,
        max(case when qty < 0 then key_id end) as key_id,
        max(case when qty < 0 then position end) as out_position,
        max(case when qty > 0 then position end) as in_position,
        min(qty) as lowest_qty,
        max(qty) as highest_qty
    from sides
    group by group_id, unit
    having min(qty) < 0 and max(qty) > 0
),

several as (
    select
        group_id,
        unit
    from units
    where line_count > 2
),

axis as (
    select
        sides.position,
        sides.key_id,
        sides.group_id,
        sides.unit,
        sides.qty,
        abs(sides.qty) as size,
        cast(
            sum(abs(sides.qty)) over (
                partition by
                    sides.group_id,
                    sides.unit,
                    case when sides.qty > 0 then 1 else 0 end
                order by sides.position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from sides
    semi join several
        on sides.group_id = several.group_id and sides.unit = several.unit
),

within_units as (
    select
        outs.key_id,
        outs.position as out_position,
        outs.unit as out_unit,
        greatest(ins.upto - ins.size, outs.upto - outs.size)
        - (outs.upto - outs.size) as out_from,
        ins.position as in_position,
        ins.unit as in_unit,
        greatest(ins.upto - ins.size, outs.upto - outs.size)
        - (ins.upto - ins.size) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.size, outs.upto - outs.size) as qty
    from axis as ins
    inner join axis as outs
        on
            ins.group_id = outs.group_id
            and ins.unit = outs.unit
            and outs.upto - outs.size < ins.upto
            and outs.upto > ins.upto - ins.size
    where ins.qty > 0 and outs.qty < 0
    union all
    select
        key_id,
        out_position,
        unit as out_unit,
        cast(0 as bigint) as out_from,
        in_position,
        unit as in_unit,
        cast(0 as bigint) as in_from,
        least(-lowest_qty, highest_qty) as qty
    from units
    where line_count = 2
),

open_axis as (
    select
        transfer_id as position,
        key_id,
        item_place,
        joined,
        4 * unit_place as unit,
        qty,
        abs(qty) as size,
        cast(
            sum(abs(qty)) over (
                partition by
                    item_place, joined, unit_place,
                    case when qty > 0 then 1 else 0 end
                order by transfer_id
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from fct_ledger_transfers
    where joined is not null
),

within_days as (
    select
        outs.key_id,
        outs.position as out_position,
        outs.unit as out_unit,
        greatest(ins.upto - ins.size, outs.upto - outs.size)
        - (outs.upto - outs.size) as out_from,
        ins.position as in_position,
        ins.unit as in_unit,
        greatest(ins.upto - ins.size, outs.upto - outs.size)
        - (ins.upto - ins.size) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.size, outs.upto - outs.size) as qty
    from open_axis as ins
    inner join open_axis as outs
        on
            ins.item_place = outs.item_place
            and ins.joined = outs.joined
            and ins.unit = outs.unit
            and outs.upto - outs.size < ins.upto
            and outs.upto > ins.upto - ins.size
    where ins.qty > 0 and outs.qty < 0
),

day_taken as (
    select
        out_position as position,
        cast(sum(qty) as bigint) as qty
    from within_days
    group by out_position
    union all
    select
        in_position as position,
        cast(sum(qty) as bigint) as qty
    from within_days
    group by in_position
),

rests as (
    select
        open_axis.position,
        open_axis.key_id,
        open_axis.item_place,
        open_axis.unit,
        open_axis.joined,
        open_axis.qty as signed_qty,
        coalesce(day_taken.qty, 0) as offset_qty,
        open_axis.size - coalesce(day_taken.qty, 0) as qty,
        cast(
            sum(open_axis.size - coalesce(day_taken.qty, 0)) over (
                partition by
                    open_axis.item_place, open_axis.joined,
                    case when open_axis.qty > 0 then 1 else 0 end
                order by open_axis.unit, open_axis.position
                rows between unbounded preceding and current row
            ) as bigint
        ) as upto
    from open_axis
    left join day_taken
        on open_axis.position = day_taken.position
    where open_axis.size > coalesce(day_taken.qty, 0)
),

across_days as (
    select
        outs.key_id,
        outs.position as out_position,
        outs.unit as out_unit,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        ins.unit as in_unit,
        ins.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (ins.upto - ins.qty) as in_from,
        least(ins.upto, outs.upto)
        - greatest(ins.upto - ins.qty, outs.upto - outs.qty) as qty
    from rests as ins
    inner join rests as outs
        on
            ins.item_place = outs.item_place
            and ins.joined = outs.joined
            and outs.upto - outs.qty < ins.upto
            and outs.upto > ins.upto - ins.qty
    where ins.signed_qty > 0 and outs.signed_qty < 0
),

repacked as (
    select
        outs.position,
        cast(sum(within_units.qty) as bigint) as qty
    from within_units
    inner join sides as outs
        on within_units.out_position = outs.position
    where outs.group_id % 2 = 1
    group by outs.position
),

documents as (
    select distinct
        item_place,
        reference_id
    from fct_ledger_returns
),

issues as (
    select
        moves.position,
        moves.key_id,
        moves.unit,
        keys.item_place,
        keys.lot_id,
        documents.reference_id,
        coalesce(repacked.qty, 0) as offset_qty,
        -moves.qty - coalesce(repacked.qty, 0) as qty
    from fct_ledger_moves as moves
    inner join fct_ledger_keys as keys
        on moves.key_id = keys.key_id
    inner join stg_movements as movements
        on moves.position = movements.position
    inner join documents
        on
            keys.item_place = documents.item_place
            and movements.document_id = documents.reference_id
    left join repacked
        on moves.position = repacked.position
    where
        moves.flow = 0
        and moves.qty < 0
        and -moves.qty > coalesce(repacked.qty, 0)
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
    from fct_ledger_returns
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
        outs.key_id,
        outs.position as out_position,
        outs.unit as out_unit,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        ins.unit as in_unit,
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
        returns.unit,
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
    from fct_ledger_returns as returns
    left join lot_taken
        on returns.position = lot_taken.position
    where returns.qty > coalesce(lot_taken.qty, 0)
),

rest_outs as (
    select
        issues.position,
        issues.key_id,
        issues.unit,
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
        outs.key_id,
        outs.position as out_position,
        outs.unit as out_unit,
        outs.offset_qty
        + greatest(ins.upto - ins.qty, outs.upto - outs.qty)
        - (outs.upto - outs.qty) as out_from,
        ins.position as in_position,
        ins.unit as in_unit,
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
    select * from within_units
    union all
    select * from within_days
    union all
    select * from across_days
    union all
    select * from returned_lots
    union all
    select * from returned_rests
)

select * from all_hands
