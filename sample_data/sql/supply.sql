-- One level of the network orders what the level below wants: by periods,
-- in whole multiples, ahead of the first need. Stock cannot run short.
insert into supply
with wanted as (
    select
        d.*,
        i.planting,
        i.pack_qty,
        i.stop_on,
        i.material_type,
        spread(
            'cover-' || d.level,
            d.item_no,
            d.warehouse_no,
            p.cover_low,
            p.cover_high
        )::integer as cover_days,
        p.lead_days::integer as lead_days,
        if(p.by_pack, i.pack_qty, 1) as multiple,
        if(i.planting in ('live', 'excess', 'idle_here'), p.safety_days, 0)
            as safety_days
    from demand as d
    inner join item as i on d.item_no = i.item_no
    inner join ordering_policy as p
        on
            d.level = p.level
            and (p.level <> 2 or i.material_type = p.material_type)
    where d.level = getvariable('level')
),

period as (
    select
        item_no,
        warehouse_no,
        (
            (need_on - date '2000-01-01')
            + floor(chance('phase', item_no, warehouse_no) * cover_days)
        )::bigint // cover_days as bucket,
        any_value(multiple) as multiple,
        any_value(lead_days) as lead_days,
        any_value(safety_days) as safety_days,
        min(need_on) as first_on,
        max(need_on) as last_on,
        sum(qty)::bigint as qty,
        sum(qty) filter (where not is_real) as overhang_qty
    from wanted
    group by all
),

buffered as (
    select
        *,
        qty
        + if(
            row_number() over place = 1,
            ceil(
                sum(qty - coalesce(overhang_qty, 0)) over whole
                / greatest(
                    max(last_on) over whole - min(first_on) over whole, 90
                )
                * safety_days
            ),
            0
        )::bigint as plan_qty
    from period
    window
        place as (partition by item_no, warehouse_no order by bucket),
        whole as (partition by item_no, warehouse_no)
),

summed as (
    select
        *,
        ceil(
            sum(plan_qty)
                over (
                    partition by item_no, warehouse_no order by bucket
                )
            / multiple
        )::bigint * multiple as total_qty
    from buffered
),

ordered as (
    select
        *,
        total_qty
        - lag(total_qty, 1, 0) over (
            partition by item_no, warehouse_no order by bucket
        ) as order_qty,
        workday_before(first_on - lead_days) as planned_on
    from summed
)

select
    (select coalesce(max(x.supply_id), 0) from supply as x)
    + row_number() over (order by item_no, warehouse_no, bucket) as supply_id,
    getvariable('level') as level,
    item_no,
    warehouse_no,
    greatest(planned_on, getvariable('start_on')) as arrive_on,
    first_on,
    order_qty as qty,
    overhang_qty,
    planned_on <= getvariable('start_on') as is_opening
from ordered
where order_qty > 0 and planned_on <= getvariable('plan_until');
