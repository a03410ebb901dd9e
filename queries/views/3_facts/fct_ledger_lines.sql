-- One row per net change of one queue by one document on one day.
-- grain: key_id, position
-- staged
-- Lines of one unit may hand layers over to each other: a transfer within its
-- item, a repack within its item and warehouse.
with
netted as (
    select
        key_id,
        posted_on,
        document_id,
        flow,
        place,
        min(position) as position,
        cast(sum(scaled_qty) as bigint) as qty,
        sum(case when scaled_qty > 0 then scaled_qty * unit_cost end)
        / nullif(
            sum(
                case
                    when scaled_qty > 0 and unit_cost is not null
                        then scaled_qty
                end
            ),
            0
        ) as unit_cost
    from fct_ledger_rows
    where flow <> 1
    group by key_id, posted_on, document_id, flow, place
),

linked as (
    select
        key_id,
        posted_on,
        document_id,
        position,
        min(position) over (
            partition by place, posted_on, document_id, flow
        ) as unit,
        1 as is_linked,
        qty,
        unit_cost
    from netted
    where place > 0
),

all_lines as (
    select
        key_id,
        posted_on,
        document_id,
        position,
        unit,
        is_linked,
        qty,
        unit_cost
    from linked
    where qty <> 0
    union all
    select
        key_id,
        posted_on,
        document_id,
        position,
        position as unit,
        0 as is_linked,
        qty,
        unit_cost
    from netted
    where place = 0 and qty <> 0
    union all
    select
        key_id,
        posted_on,
        document_id,
        position,
        position as unit,
        0 as is_linked,
        qty,
        cast(null as double) as unit_cost
    from fct_ledger_counts
    where qty <> 0
)

select * from all_lines
