-- One row per transfer line and its unit: the lines that hand over together.
-- grain: transfer_id
-- staged
-- Two sides join if one document holds both; else if one refers to the other's
-- document; else if they share a reference. Almost every document balances by
-- itself and needs none of that: joined is null. Lines after the day of the
-- facts only name the target of what is in transit: is_ahead.
with settings as (
    select * from fct_ledger_settings
),

nets as (
    select
        nets.position,
        nets.key_id,
        nets.posted_on,
        nets.document_position as place,
        nets.qty,
        keys.item_place
    from fct_ledger_nets as nets
    inner join fct_ledger_keys as keys
        on nets.key_id = keys.key_id
    where nets.flow = 2
),

open_lines as (
    select
        min(movements.position) as transfer_id,
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.posted_on,
        movements.document_id,
        movements.document_position as place,
        min(movements.reference_id) as reference_id,
        cast(sum(movements.qty) * 10000 as bigint) as qty
    from stg_movements as movements
    inner join fct_ledger_open_documents as open_documents
        on
            movements.item_id = open_documents.item_id
            and movements.document_id = open_documents.document_id
    where movements.kind = 'transfer'
    group by
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.posted_on,
        movements.document_id,
        movements.document_position
    having sum(movements.qty) <> 0
),

sides as (
    select
        item_id,
        document_id,
        max(case when qty > 0 then 1 else 0 end) as has_ins,
        max(case when qty < 0 then 1 else 0 end) as has_outs
    from open_lines
    group by item_id, document_id
),

referred as (
    select
        item_id,
        reference_id,
        max(case when qty > 0 then 1 else 0 end) as has_ins,
        max(case when qty < 0 then 1 else 0 end) as has_outs
    from open_lines
    where reference_id is not null
    group by item_id, reference_id
),

judged as (
    select
        open_lines.transfer_id,
        open_lines.item_id,
        open_lines.warehouse_id,
        open_lines.lot_id,
        open_lines.posted_on,
        open_lines.document_id,
        open_lines.reference_id,
        open_lines.place,
        open_lines.qty,
        own.has_ins * own.has_outs as is_whole,
        case
            when open_lines.qty > 0 then coalesce(other.has_outs, 0)
            else coalesce(other.has_ins, 0)
        end as refers,
        case
            when open_lines.qty > 0 then coalesce(referred.has_outs, 0)
            else coalesce(referred.has_ins, 0)
        end as is_referred
    from open_lines
    inner join sides as own
        on
            open_lines.item_id = own.item_id
            and open_lines.document_id = own.document_id
    left join sides as other
        on
            open_lines.item_id = other.item_id
            and open_lines.reference_id = other.document_id
    left join referred
        on
            open_lines.item_id = referred.item_id
            and open_lines.document_id = referred.reference_id
),

joined_lines as (
    select
        transfer_id,
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        place,
        qty,
        case
            when is_whole = 1 then document_id
            when is_referred = 1 and not (qty > 0 and refers = 1)
                then document_id
            else coalesce(reference_id, document_id)
        end as joined
    from judged
),

open_units as (
    select
        transfer_id,
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        qty,
        joined,
        min(place) over (partition by item_id, joined, posted_on) as unit_place
    from joined_lines
),

places as (
    select distinct
        item_id,
        item_place
    from fct_ledger_keys
),

all_lines as (
    select
        nets.position as transfer_id,
        nets.key_id,
        nets.item_place,
        nets.posted_on,
        nets.qty,
        cast(null as varchar) as joined,
        nets.place as unit_place,
        cast(null as varchar) as warehouse_id,
        0 as is_ahead
    from nets
    left join open_units
        on nets.position = open_units.transfer_id
    where open_units.transfer_id is null
    union all
    select
        open_units.transfer_id,
        keys.key_id,
        places.item_place,
        open_units.posted_on,
        open_units.qty,
        open_units.joined,
        open_units.unit_place,
        open_units.warehouse_id,
        case when open_units.posted_on > settings.facts_on then 1 else 0 end
            as is_ahead
    from open_units
    cross join settings
    inner join places
        on open_units.item_id = places.item_id
    left join fct_ledger_keys as keys
        on
            open_units.item_id = keys.item_id
            and open_units.warehouse_id = keys.warehouse_id
            and open_units.lot_id = keys.lot_id
)

select * from all_lines
