-- The contract's tables, by the contract's names.
create view out_warehouses as
select
    warehouse_id,
    name,
    parent_id,
    kind,
    region,
    organisation,
    round(capacity_m3 * getvariable('items') / 2000, 1) as capacity_m3,
    latitude,
    longitude
from warehouse
order by warehouse_no;

create view out_items as
with bought as (
    select
        item_no,
        median(qty) as usual_qty,
        max(qty) filter (where overhang_qty > 0) as overhang_order_qty
    from purchase
    group by item_no
)

select
    i.item_id,
    i.name,
    i.category,
    i.material_type,
    i.unit,
    cost_on(i.unit_cost, i.drift, getvariable('end_on')) as unit_cost,
    case i.material_type
        when 'finished'
            then round(i.unit_cost * spread('price', i.item_no, 0, 1.3, 1.7), 2)
        when 'spare'
            then round(i.unit_cost * spread('price', i.item_no, 0, 1.5, 2.3), 2)
    end as price,
    round(i.unit_cost * i.scrap_share, 4) as scrap_value,
    case
        when i.planting = 'phase_out_planned' then 'phase_out'
        when i.planting = 'phase_out' and i.stop_on < days_before_end(300)
            then 'obsolete'
        when i.planting = 'phase_out' then 'phase_out'
        when
            i.cause = 'engineering_change'
            and i.planting = 'dead'
            and chance('status', i.item_no, 0) < 0.4
            then 'obsolete'
        else 'active'
    end as status,
    case
        when i.planting = 'phase_out_planned'
            then
                getvariable('end_on')
                + spread('phase-out', i.item_no, 0, 40, 150)::integer
        when i.planting = 'phase_out' then i.stop_on
    end as phase_out_on,
    h.item_id as successor_id,
    i.shelf_life_days,
    format('S-{:03d}', i.supplier_no) as supplier_id,
    i.lead_time_days,
    case
        when i.supplier_no is null then null
        when i.cause = 'moq' then b.overhang_order_qty
        else
            i.pack_qty
            * greatest(1, floor(0.35 * coalesce(b.usual_qty, 0) / i.pack_qty))
    end as moq,
    i.pack_qty,
    i.volume_m3,
    format(
        'B{}', 1 + (hash(i.category) % 8)::integer
    ) as buyer,
    i.planting = 'strategic'
    or (
        i.planting = 'live' and i.material_type = 'spare'
        and chance('strategic', i.item_no, 0) < 0.02
    ) as is_strategic
from item as i
left join item as h on i.successor_no = h.item_no
left join bought as b on i.item_no = b.item_no
order by i.item_id;

create view out_bom as
select
    p.item_id as parent_id,
    c.item_id as component_id,
    b.qty_per,
    b.scrap_share,
    b.valid_from,
    b.valid_to,
    b.substitute_group,
    b.substitute_rank
from bom_line as b
inner join item as p on b.parent_no = p.item_no
inner join item as c on b.component_no = c.item_no
order by all;

create view out_suppliers as
select
    supplier_id,
    name,
    null as item_id,
    null as lead_time_days,
    null as moq,
    return_window_days,
    return_cap_share,
    restock_fee_share,
    is_consignment,
    is_vmi
from supplier
union all
select
    s.supplier_id,
    s.name,
    o.item_id,
    o.lead_time_days,
    o.moq,
    s.return_window_days,
    s.return_cap_share,
    s.restock_fee_share,
    s.is_consignment,
    s.is_vmi
from out_items as o
inner join supplier as s on o.supplier_id = s.supplier_id
where o.material_type in ('raw', 'spare', 'packaging')
order by supplier_id, item_id nulls first;

create view out_exchange_rates as
select
    currency,
    valid_on,
    rate
from exchange_rate
order by currency, valid_on;

create view out_movements as
select
    m.posted_on,
    m.document_id,
    i.item_id,
    m.kind,
    if(m.kind = 'count', null, m.effect) as qty,
    if(m.kind = 'count', m.counted_qty, null) as counted_qty,
    w.warehouse_id,
    1000 * m.phase + m.line_no as line_no,
    m.lot_id,
    m.unit_cost,
    m.reference_id,
    m.partner_id
from movement as m
inner join item as i on m.item_no = i.item_no
inner join warehouse as w on m.warehouse_no = w.warehouse_no
order by m.posted_on, m.phase, m.document_id, m.line_no;

create view out_stock as
select
    s.snapshot_on,
    i.item_id,
    w.warehouse_id,
    s.qty,
    s.lot_id,
    s.unit_cost,
    s.received_on,
    s.used_on as last_issued_on,
    s.expires_on,
    s.status,
    s.bin,
    'CNY' as currency
from stock as s
inner join item as i on s.item_no = i.item_no
inner join warehouse as w on s.warehouse_no = w.warehouse_no
order by s.snapshot_on, i.item_id, w.warehouse_id, s.lot_id, s.status;

create view out_purchase_orders as
select
    o.order_id,
    o.line_no,
    i.item_id,
    o.qty,
    o.ordered_on,
    w.warehouse_id,
    s.supplier_id,
    o.due_on,
    o.open_qty,
    o.received_qty,
    o.unit_price,
    o.currency,
    o.status,
    o.cancel_until_on,
    o.cancel_fee_share,
    b.buyer
from purchase_order as o
inner join item as i on o.item_no = i.item_no
inner join out_items as b on i.item_id = b.item_id
inner join warehouse as w on o.warehouse_no = w.warehouse_no
inner join supplier as s on o.supplier_no = s.supplier_no
order by o.ordered_on, o.order_id, o.line_no;

create view out_sales_orders as
select
    o.order_id,
    1 as line_no,
    i.item_id,
    o.qty,
    o.ordered_on,
    w.warehouse_id,
    format('C-{:03d}', o.customer_no) as customer_id,
    o.due_on,
    o.open_qty,
    t.price as unit_price,
    'CNY' as currency,
    o.status,
    o.cancelled_on
from sales_order as o
inner join item as i on o.item_no = i.item_no
inner join out_items as t on i.item_id = t.item_id
inner join warehouse as w on o.warehouse_no = w.warehouse_no
order by o.ordered_on, o.order_id;

create view out_work_orders as
select
    format('WO-{:06d}', o.work_order_no) as work_order_id,
    i.item_id,
    o.qty,
    w.warehouse_id,
    o.started_on - 3 as planned_on,
    if(o.started_on <= getvariable('end_on'), o.started_on, null) as started_on,
    if(o.finished_on <= getvariable('end_on'), o.finished_on, null)
        as finished_on,
    if(o.finished_on <= getvariable('end_on'), o.scrapped_qty, 0)
        as scrapped_qty,
    if(o.finished_on <= getvariable('end_on'), 'closed', 'open') as status
from work_order as o
inner join item as i on o.item_no = i.item_no
inner join warehouse as w on o.warehouse_no = w.warehouse_no
where o.started_on <= getvariable('end_on') + 14
order by o.work_order_no;

create view out_counts as
select
    m.posted_on as counted_on,
    i.item_id,
    w.warehouse_id,
    max(m.counted_qty) as counted_qty,
    null as lot_id,
    null as bin,
    'team ' || (1 + m.item_no % 4) as counted_by
from movement as m
inner join item as i on m.item_no = i.item_no
inner join warehouse as w on m.warehouse_no = w.warehouse_no
where m.kind = 'count' and m.counted_qty >= 0
group by all
union all
select
    s.snapshot_on,
    i.item_id,
    w.warehouse_id,
    greatest(
        0,
        sum(s.qty)
        + case
            when chance('recount', i.item_no, w.warehouse_no) < 0.02
                then -1 - floor(chance('recount', i.item_no, 2) * 4)
            when chance('recount', i.item_no, w.warehouse_no) < 0.04
                then 1 + floor(chance('recount', i.item_no, 3) * 4)
            else 0
        end
    ),
    s.lot_id,
    s.bin,
    'team ' || (5 + w.warehouse_no % 3)
from stock as s
inner join item as i on s.item_no = i.item_no
inner join warehouse as w on s.warehouse_no = w.warehouse_no
where
    s.snapshot_on = getvariable('end_on')
    and s.status <> 'in_transit'
    and chance('recounted', i.item_no, w.warehouse_no) < 0.25
group by
    s.snapshot_on, i.item_id, i.item_no, w.warehouse_id, w.warehouse_no,
    s.lot_id, s.bin
order by counted_on, item_id, warehouse_id, lot_id;

create view out_outcomes as
select
    m.posted_on as disposed_on,
    i.item_id,
    if(m.kind = 'scrap', 'scrap', 'return_to_supplier') as strategy,
    -sum(m.effect) as qty,
    round(
        -sum(m.effect * i.unit_cost)
        * if(
            m.kind = 'scrap',
            i.scrap_share,
            spread('credit', i.item_no, -sum(m.effect), 0.75, 0.95)
        ),
        2
    ) as recovered_value,
    w.warehouse_id,
    m.lot_id,
    round(-sum(m.effect * m.unit_cost), 2) as cost_value,
    null as plan_id,
    string_agg(distinct m.document_id, ' ' order by m.document_id) as note
from movement as m
inner join item as i on m.item_no = i.item_no
inner join warehouse as w on m.warehouse_no = w.warehouse_no
where m.kind in ('scrap', 'supplier_return')
group by
    m.posted_on, i.item_id, i.item_no, m.kind, w.warehouse_id, m.lot_id,
    i.scrap_share
having -sum(m.effect * m.unit_cost) > 500
order by m.posted_on, i.item_id, w.warehouse_id, m.kind, m.lot_id;

create view out_known_gaps as
select
    g.snapshot_on,
    i.item_id,
    w.warehouse_id,
    g.gap_qty
from known_gap as g
inner join item as i on g.item_no = i.item_no
inner join warehouse as w on g.warehouse_no = w.warehouse_no
order by all;
