-- Orders as the systems hold them, seen from the last day.
create table purchase_order as
with known as (
    select
        *,
        arrive_on <= getvariable('end_on') as is_received
    from purchase
    where ordered_on <= getvariable('end_on')
),

-- more on the way for what already stands: the buyer can still cancel
surplus as (
    select
        s.item_no,
        s.warehouse_no,
        greatest(1, s.qty // 4) as qty,
        s.supplier_no,
        workday_before(getvariable('end_on') - 12) as ordered_on
    from (
        select
            l.item_no,
            l.warehouse_no,
            i.supplier_no,
            i.planting,
            sum(l.effect)::bigint as qty
        from ledger as l
        inner join item as i on l.item_no = i.item_no
        inner join place as p
            on l.warehouse_no = p.warehouse_no and p.kind = 'plant'
        where
            i.planting in ('dead', 'slow', 'excess')
            and i.supplier_no is not null
        group by all
    ) as s
    where
        s.qty >= 4
        and chance('surplus-order', s.item_no, 0)
        < if(s.planting = 'excess', 0.4, 0.12)
),

trap as (
    select
        l.reference_id as order_id,
        l.item_no,
        l.warehouse_no,
        l.effect as qty,
        i.supplier_no,
        l.posted_on,
        l.unit_cost
    from ledger as l
    inner join item as i on l.item_no = i.item_no
    where l.kind = 'receipt' and l.reference_id = 'PO-' || i.item_id
),

listed as (
    select
        order_id,
        item_no,
        qty,
        ordered_on,
        warehouse_no,
        supplier_no,
        case
            when cause = 'early_delivery' and overhang_qty > 0
                then planned_on + 90
            else planned_on
        end as due_on,
        if(is_received, 0, qty) as open_qty,
        if(is_received, qty, 0) as received_qty,
        unit_cost,
        if(is_received, 'closed', 'open') as status
    from known
    union all
    select
        'PO-' || day_code(ordered_on) || format('-S{:03d}X', supplier_no),
        item_no,
        qty,
        ordered_on,
        warehouse_no,
        supplier_no,
        ordered_on + 50 as due_on,
        qty as open_qty,
        0 as received_qty,
        null,
        'open'
    from surplus
    union all
    select
        order_id,
        item_no,
        qty,
        posted_on - 30,
        warehouse_no,
        supplier_no,
        posted_on as due_on,
        0 as open_qty,
        qty as received_qty,
        unit_cost,
        'closed'
    from trap
)

select
    o.order_id,
    row_number() over (
        partition by o.order_id
        order by o.item_no, o.warehouse_no, o.due_on, o.qty
    ) as line_no,
    o.item_no,
    o.qty,
    o.ordered_on,
    o.warehouse_no,
    o.supplier_no,
    o.due_on,
    o.open_qty,
    o.received_qty,
    round(coalesce(o.unit_cost, i.unit_cost) / coalesce(r.rate, 1), 4)
        as unit_price,
    s.currency,
    o.status,
    if(
        o.status = 'open',
        o.ordered_on
        + floor(
            (o.due_on - o.ordered_on)
            * spread('cancel', o.item_no, o.qty, 0.4, 0.9)
        )::integer,
        null
    ) as cancel_until_on,
    if(
        o.status = 'open',
        round(spread('cancel-fee', o.supplier_no, 0, 0, 0.2), 2),
        null
    ) as cancel_fee_share
from listed as o
inner join item as i on o.item_no = i.item_no
inner join supplier as s on o.supplier_no = s.supplier_no
asof left join exchange_rate as r
    on s.currency = r.currency and o.ordered_on >= r.valid_on;

create table sales_order as
with asked as (
    select
        d.*,
        workday_before(
            d.need_on - 3 - floor(chance('ask', d.demand_id, 0) * 18)::integer
        ) as ordered_on
    from demand as d
    where d.kind = 'issue' and d.customer_no is not null
),

-- planted: the customer no longer wants it, the goods were already ordered
cancelled as (
    select
        d.demand_id,
        d.item_no,
        d.qty,
        d.need_on - 60 as ordered_on,
        d.warehouse_no,
        1 + d.demand_id % 40 as customer_no,
        d.need_on + 20 as due_on,
        d.need_on + 4 as cancelled_on
    from demand as d
    inner join item as i on d.item_no = i.item_no
    where d.kind = 'overhang' and i.cause = 'cancelled_order'
)

select
    format('SO-{:07d}', demand_id) as order_id,
    item_no,
    qty,
    ordered_on,
    warehouse_no,
    customer_no,
    need_on as due_on,
    if(need_on <= getvariable('end_on'), 0, qty) as open_qty,
    if(need_on <= getvariable('end_on'), 'closed', 'open') as status,
    null::date as cancelled_on
from asked
where ordered_on <= getvariable('end_on')
union all
select
    format('SX-{:07d}', demand_id),
    item_no,
    greatest(1, qty // 2),
    ordered_on,
    warehouse_no,
    customer_no,
    need_on,
    0,
    'cancelled',
    ordered_on + 2
from asked
where
    need_on <= getvariable('end_on')
    and chance('cancelled', demand_id, 0) < 0.01
union all
select
    format('SO-{:07d}', demand_id),
    item_no,
    qty,
    ordered_on,
    warehouse_no,
    customer_no,
    due_on,
    0,
    'cancelled',
    cancelled_on
from cancelled;
