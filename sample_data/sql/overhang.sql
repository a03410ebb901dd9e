-- Wanted on paper only: what was bought or built and never used. Also the
-- small outflows (scrap, returns to suppliers, losses) that need supply too.
insert into demand
with used as (
    select
        d.item_no,
        d.warehouse_no,
        d.level,
        i.planting,
        sum(d.qty) as qty,
        min(d.need_on) as first_on,
        max(d.need_on) as last_on
    from demand as d
    inner join item as i on d.item_no = i.item_no
    where
        d.is_real
        and d.kind in ('issue', 'production_out')
        and list_contains(getvariable('material_types'), i.material_type)
        and i.planting <> 'live'
        and i.planting <> 'new'
        and i.years_high > 0
    group by all
),

ranked as (
    select
        *,
        sum(qty) over (partition by item_no) as item_qty,
        min(first_on) over (partition by item_no) as item_first_on,
        max(last_on) over (partition by item_no) as item_last_on,
        row_number() over (
            partition by item_no
            order by
                case
                    when planting = 'idle_here'
                        then (last_on - date '2000-01-01')
                    else -qty
                end,
                warehouse_no
        ) as n
    from used
    where planting <> 'idle_here' or level = 1
)

select
    (select max(x.demand_id) from demand as x)
    + row_number() over (order by r.item_no) as demand_id,
    r.level,
    r.item_no,
    r.warehouse_no,
    case
        when r.planting in ('excess', 'phase_out_planned')
            then workday_before(
                days_before_end(spread('excess', r.item_no, 0, 30, 420))
            )
        else workday_after(r.last_on + 5)
    end as need_on,
    greatest(
        2,
        ceil(
            r.item_qty
            / greatest(
                least(r.item_last_on, getvariable('end_on'))
                - r.item_first_on, 180
            )
            * 365
            * spread('years', r.item_no, 0, i.years_low, i.years_high)
        )
    )::bigint as qty,
    'overhang' as kind,
    false as is_real,
    null as customer_no,
    null as supply_id,
    null as work_order_no
from ranked as r
inner join item as i on r.item_no = i.item_no
where
    r.n = 1 and coalesce(i.cause, '') not in ('customer_return', 'data_error');

insert into demand
with picked as (
    select
        d.*,
        i.is_lotted,
        chance('leak', d.demand_id, 1) as draw
    from demand as d
    inner join item as i on d.item_no = i.item_no
    where
        d.is_real
        and d.kind in ('issue', 'production_out', 'transfer')
        and list_contains(getvariable('material_types'), i.material_type)
        and chance('leak', d.demand_id, 0) < 0.006
        and (i.stop_on is null or d.need_on < i.stop_on)
)

select
    (select max(x.demand_id) from demand as x)
    + row_number() over (order by demand_id) as demand_id,
    level,
    item_no,
    warehouse_no,
    need_on,
    greatest(1, ceil(qty * spread('leak-qty', demand_id, 0, 0.05, 0.3))),
    case
        when draw < 0.5 then 'scrap'
        when draw < 0.7 and level in (2, 4) and customer_no is null
            then 'supplier_return'
        when draw < 0.88 and not is_lotted then 'count'
        else 'adjustment'
    end as kind,
    true as is_real,
    null as customer_no,
    null as supply_id,
    null as work_order_no
from picked;
