-- The ledger: `effect` is what a line does to the stock (also for a count).
create table ledger (
    posted_on date,
    phase tinyint,
    kind varchar,
    item_no integer,
    warehouse_no integer,
    lot_id varchar,
    effect bigint,
    document_id varchar,
    reference_id varchar,
    partner_id varchar,
    unit_cost double,
    demand_id bigint
);

create macro day_code(day) as (strftime(day, '%y%m%d'));
-- purchase orders exist before the goods do
create table purchase as
select
    s.supply_id,
    s.item_no,
    s.warehouse_no,
    s.qty,
    s.overhang_qty,
    i.supplier_no,
    i.cause,
    i.planting,
    i.lead_time_days,
    s.arrive_on as planned_on,
    -- a late truck: the stock is used before the papers are
    if(
        not i.is_lotted and chance('late-paper', s.supply_id, 0) < 0.004,
        workday_after(s.first_on + 4),
        s.arrive_on
    ) as arrive_on,
    s.first_on,
    workday_before(
        s.arrive_on
        - round(i.lead_time_days * spread('po', s.supply_id, 0, 1.0, 1.15))
        ::integer
    ) as ordered_on,
    'PO-'
    || day_code(
        workday_before(
            s.arrive_on
            - round(
                i.lead_time_days * spread('po', s.supply_id, 0, 1.0, 1.15)
            )::integer
        )
    )
    || '-'
    || format('S{:03d}', i.supplier_no) as order_id,
    cost_on(i.unit_cost, i.drift, s.arrive_on)
    * spread('price', s.supply_id, 0, 0.97, 1.03) as unit_cost
from supply as s
inner join item as i on s.item_no = i.item_no
where i.supplier_no is not null and s.level >= 2 and not s.is_opening;

insert into ledger
select
    s.arrive_on,
    0,
    'opening',
    s.item_no,
    s.warehouse_no,
    p.lot_id,
    p.qty,
    'OB-' || w.warehouse_id,
    null,
    null,
    cost_on(i.unit_cost, i.drift, s.arrive_on),
    null
from supply as s
inner join supply_piece as p on s.supply_id = p.supply_id
inner join item as i on s.item_no = i.item_no
inner join warehouse as w on s.warehouse_no = w.warehouse_no
where s.is_opening
union all
select
    o.arrive_on,
    0,
    'receipt',
    o.item_no,
    o.warehouse_no,
    p.lot_id,
    p.qty,
    'GR-'
    || day_code(o.arrive_on)
    || '-'
    || w.warehouse_id
    || format('-S{:03d}', o.supplier_no),
    o.order_id,
    format('S-{:03d}', o.supplier_no),
    o.unit_cost,
    null
from purchase as o
inner join supply_piece as p on o.supply_id = p.supply_id
inner join warehouse as w on o.warehouse_no = w.warehouse_no
where o.arrive_on <= getvariable('end_on')
union all
select
    o.finished_on,
    0,
    'production_in',
    o.item_no,
    o.warehouse_no,
    p.lot_id,
    p.qty,
    format('PR-{:06d}', o.work_order_no),
    format('WO-{:06d}', o.work_order_no),
    null,
    cost_on(i.unit_cost, i.drift, o.finished_on),
    null
from work_order as o
inner join supply_piece as p on o.supply_id = p.supply_id
inner join item as i on o.item_no = i.item_no
where o.finished_on <= getvariable('end_on')
union all
select
    d.need_on,
    2,
    'production_out',
    d.item_no,
    d.warehouse_no,
    p.lot_id,
    -p.qty,
    format('PI-{:06d}', d.work_order_no),
    format('WO-{:06d}', d.work_order_no),
    null,
    cost_on(i.unit_cost, i.drift, d.need_on),
    d.demand_id
from demand as d
inner join demand_piece as p on d.demand_id = p.demand_id
inner join item as i on d.item_no = i.item_no
where d.kind = 'production_out' and d.need_on <= getvariable('end_on')
union all
select
    d.need_on,
    1,
    'transfer',
    d.item_no,
    d.warehouse_no,
    p.lot_id,
    -p.qty,
    format('TR-{:07d}', d.supply_id),
    null,
    null,
    cost_on(i.unit_cost, i.drift, d.need_on),
    d.demand_id
from demand as d
inner join demand_piece as p on d.demand_id = p.demand_id
inner join item as i on d.item_no = i.item_no
where d.kind = 'transfer' and d.need_on <= getvariable('end_on')
union all
select
    s.arrive_on,
    1,
    'transfer',
    s.item_no,
    s.warehouse_no,
    p.lot_id,
    p.qty,
    format('TR-{:07d}', s.supply_id),
    null,
    null,
    cost_on(i.unit_cost, i.drift, s.arrive_on),
    null
from supply as s
inner join supply_piece as p on s.supply_id = p.supply_id
inner join item as i on s.item_no = i.item_no
where
    s.level < 2 and not s.is_opening and s.arrive_on <= getvariable('end_on')
union all
select
    d.need_on,
    2,
    'issue',
    d.item_no,
    d.warehouse_no,
    p.lot_id,
    -p.qty,
    case
        when d.customer_no is null
            then 'MI-' || day_code(d.need_on) || '-' || w.warehouse_id
        else
            'GI-'
            || day_code(d.need_on)
            || '-'
            || w.warehouse_id
            || format('-C{:03d}', d.customer_no)
    end,
    case
        when d.customer_no is not null
            then format('SO-{:07d}', d.demand_id)
    end,
    format('C-{:03d}', d.customer_no),
    cost_on(i.unit_cost, i.drift, d.need_on),
    d.demand_id
from demand as d
inner join demand_piece as p on d.demand_id = p.demand_id
inner join item as i on d.item_no = i.item_no
inner join warehouse as w on d.warehouse_no = w.warehouse_no
where d.kind = 'issue' and d.need_on <= getvariable('end_on')
union all
select
    d.need_on,
    if(d.kind = 'count', 3, 2),
    d.kind,
    d.item_no,
    d.warehouse_no,
    p.lot_id,
    -p.qty,
    case d.kind
        when 'count' then 'CN-'
        when 'scrap' then 'SC-'
        when 'supplier_return' then 'SR-'
        else 'AD-'
    end || format('{:07d}', d.demand_id),
    null,
    if(d.kind = 'supplier_return', format('S-{:03d}', i.supplier_no), null),
    cost_on(i.unit_cost, i.drift, d.need_on),
    d.demand_id
from demand as d
inner join demand_piece as p on d.demand_id = p.demand_id
inner join item as i on d.item_no = i.item_no
where
    d.kind in ('count', 'scrap', 'supplier_return', 'adjustment')
    and d.need_on <= getvariable('end_on');
