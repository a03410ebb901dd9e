-- What happens beside the plan: returns, reversals, stocktakes, and the late
-- little postings that make stock that stands still look alive.
create temp table sale as
select
    l.*,
    i.planting,
    i.cause,
    i.is_lotted,
    i.stop_on,
    i.material_type
from ledger as l
inner join item as i on l.item_no = i.item_no
where l.kind = 'issue' and l.partner_id is not null;

-- customers send a little back; half of it is scrapped after inspection
create temp table returned as
select
    *,
    posted_on + 6 + floor(chance('back', demand_id, 1) * 20)::integer
        as returned_on,
    greatest(1, floor(-effect * 0.3))::bigint as qty,
    format('CR-{:07d}', demand_id) as return_id
from sale
where chance('back', demand_id, 0) < 0.008;

insert into ledger
select
    returned_on,
    0,
    'customer_return',
    item_no,
    warehouse_no,
    lot_id,
    qty,
    return_id,
    document_id,
    partner_id,
    unit_cost,
    null
from returned
where returned_on <= getvariable('end_on')
union all
select
    returned_on + 12,
    2,
    'scrap',
    item_no,
    warehouse_no,
    lot_id,
    -qty,
    replace(return_id, 'CR', 'SC'),
    return_id,
    null,
    unit_cost,
    null
from returned
where
    returned_on + 12 <= getvariable('end_on')
    and chance('back', demand_id, 2) < 0.5;

-- planted: one large return, or one wrong booking, on an item nobody wants
insert into ledger
select
    greatest(s.posted_on + 10, i.stop_on + 10),
    0,
    if(i.cause = 'data_error', 'adjustment', 'customer_return'),
    s.item_no,
    s.warehouse_no,
    s.lot_id,
    greatest(
        3,
        ceil(
            coalesce(v.yearly_qty, -s.effect * 12)
            * spread('years', s.item_no, 0, i.years_low, i.years_high)
        )
    )::bigint,
    if(i.cause = 'data_error', 'AD-', 'CR-') || i.item_id,
    if(i.cause = 'data_error', null, s.document_id),
    if(i.cause = 'data_error', null, s.partner_id),
    s.unit_cost,
    null
from ledger as s
inner join item as i on s.item_no = i.item_no
left join volume as v on s.item_no = v.item_no
where
    s.kind in ('issue', 'production_out')
    and (i.cause = 'data_error' or i.cause = 'customer_return')
    and i.planting in ('dead', 'slow')
    and (i.cause = 'data_error' or s.partner_id is not null)
qualify row_number() over (
    partition by s.item_no
    order by
        s.posted_on desc,
        s.warehouse_no asc,
        s.document_id asc,
        s.lot_id asc,
        s.effect asc
) = 1;

-- planted: bought before the books began, and not touched since
insert into ledger
select
    getvariable('start_on'),
    0,
    'opening',
    i.item_no,
    i.home_no,
    if(i.is_lotted, 'LO-' || i.item_id, null),
    greatest(
        2,
        round(
            exp(ln(35000) + 0.9 * normal('old', i.item_no, 0)) / i.unit_cost
        )
    )::bigint,
    'OB-' || p.warehouse_id,
    null,
    null,
    cost_on(i.unit_cost, i.drift, getvariable('start_on')),
    null
from item as i
inner join place as p on i.home_no = p.warehouse_no
where i.planting = 'old';

-- reversals: an issue taken back and posted again, a receipt posted twice
insert into ledger
with wrong as (
    select
        *,
        unnest([1, -1]) as direction
    from sale
    where
        chance('reverse', demand_id, 0) < 0.003
        and posted_on < getvariable('end_on')
        and (stop_on is null or posted_on < stop_on - 2)
)

select
    posted_on + 1,
    2,
    'issue',
    item_no,
    warehouse_no,
    lot_id,
    if(direction = 1, -effect, effect),
    format(if(direction = 1, 'RV-{:07d}', 'RI-{:07d}'), demand_id),
    if(direction = 1, document_id, reference_id),
    partner_id,
    unit_cost,
    null
from wrong;

insert into ledger
with doubled as (
    select
        *,
        unnest([0, 2]) as later_days
    from ledger
    where
        kind = 'receipt'
        and chance('double', effect, hash(document_id, item_no) >> 8) < 0.004
        and posted_on < getvariable('end_on') - 2
)

select
    posted_on + later_days::integer,
    0,
    'receipt',
    item_no,
    warehouse_no,
    lot_id,
    if(later_days = 0, effect, -effect),
    replace(document_id, 'GR', if(later_days = 0, 'GD', 'RV')),
    if(later_days = 0, reference_id, replace(document_id, 'GR', 'GD')),
    partner_id,
    unit_cost,
    null
from doubled;

-- stock that stands still, at its largest place
create temp table standing as
with held as (
    select
        i.item_no,
        i.item_id,
        i.is_lotted,
        i.supplier_no,
        i.planting,
        i.cause,
        l.warehouse_no,
        l.lot_id,
        cost_on(i.unit_cost, i.drift, getvariable('end_on')) as unit_cost,
        sum(l.effect)::bigint as qty
    from ledger as l
    inner join item as i on l.item_no = i.item_no
    where i.planting in ('old', 'dead', 'slow', 'phase_out')
    group by all
)

select *
from held
qualify
    row_number() over (
        partition by item_no order by qty desc, warehouse_no asc, lot_id asc
    ) = 1;

insert into ledger
with direction as (select unnest([-1, 1]) as side)

select
    workday_before(getvariable('end_on') - 14),
    1,
    'transfer',
    s.item_no,
    if(
        d.side = -1,
        s.warehouse_no,
        if(s.warehouse_no = 21, 23, 21)
    ),
    s.lot_id,
    d.side * greatest(1, s.qty // 5),
    'TR-' || s.item_id,
    null,
    null,
    s.unit_cost,
    null
from standing as s
cross join direction as d
inner join item as i on s.item_no = i.item_no
where
    s.qty >= 5
    and i.material_type in ('finished', 'spare')
    and chance('trap', s.item_no, 0) < 0.3;

insert into ledger
select
    workday_before(getvariable('end_on') - 23),
    0,
    'receipt',
    s.item_no,
    s.warehouse_no,
    if(s.is_lotted, 'LT' || s.item_id, null),
    greatest(1, s.qty // 80),
    'GR-' || s.item_id,
    'PO-' || s.item_id,
    format('S-{:03d}', s.supplier_no),
    s.unit_cost,
    null
from standing as s
where
    s.supplier_no is not null
    and s.qty >= 5
    and chance('trap', s.item_no, 0) between 0.3 and 0.5;

insert into ledger
select
    workday_before(getvariable('end_on') - 18),
    3,
    'count',
    s.item_no,
    s.warehouse_no,
    s.lot_id,
    greatest(1, s.qty // 100),
    'CN-' || s.item_id,
    null,
    null,
    s.unit_cost,
    null
from standing as s
where
    not s.is_lotted
    and s.qty >= 5
    and chance('trap', s.item_no, 0) between 0.5 and 0.65;

insert into ledger
select
    workday_before(getvariable('end_on') - 31),
    2,
    'adjustment',
    s.item_no,
    s.warehouse_no,
    s.lot_id,
    -1,
    'AD-' || s.item_id || '-2',
    null,
    null,
    s.unit_cost,
    null
from standing as s
where s.qty >= 5 and chance('trap', s.item_no, 0) between 0.65 and 0.75;

-- the yearly stocktake finds most places right
insert into ledger
with place_seen as (
    select
        l.item_no,
        l.warehouse_no,
        min(l.posted_on) as first_on,
        any_value(i.unit_cost) as unit_cost,
        any_value(i.drift) as drift,
        unnest([0, 1, 2]) as year_back
    from ledger as l
    inner join item as i on l.item_no = i.item_no
    where not i.is_lotted
    group by l.item_no, l.warehouse_no
),

dated as (
    select
        *,
        workday_before(
            getvariable('end_on')
            - (365 * year_back)::integer
            - floor(spread('stocktake', item_no, warehouse_no, 5, 360))::integer
        ) as counted_on,
        chance('surplus', item_no * 3 + year_back, warehouse_no) as draw
    from place_seen
)

select
    counted_on,
    3,
    'count',
    item_no,
    warehouse_no,
    null,
    case when draw < 0.05 then 1 when draw < 0.07 then 3 else 0 end,
    format('CN-{:06d}', item_no) || '-' || warehouse_no || '-' || year_back,
    null,
    null,
    cost_on(unit_cost, drift, counted_on),
    null
from dated
where counted_on > first_on + 30 and counted_on <= getvariable('end_on');

create table movement as
with lined as (
    select
        *,
        row_number() over (
            partition by document_id
            order by
                item_no,
                lot_id,
                warehouse_no * sign(effect),
                posted_on,
                effect,
                reference_id,
                unit_cost
        ) as line_no
    from ledger
)

select
    *,
    if(
        kind = 'count',
        sum(effect) over (
            partition by item_no, warehouse_no
            order by posted_on, phase, document_id, line_no
            rows unbounded preceding
        ),
        null
    ) as counted_qty
from lined;
