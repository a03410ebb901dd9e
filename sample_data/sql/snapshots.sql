-- Month-end stock of the last 24 months: the ledger's own sums, place by
-- place and lot by lot, then split by status.
create table month_end as
with month_no as (select unnest(range(24)) as k)

select
    k,
    if(
        k = 23,
        getvariable('end_on'),
        last_day(
            date_trunc('month', getvariable('end_on'))::date
            - to_months((23 - k)::integer)
        )
    )::date as snapshot_on
from month_no;

create temp table place_month as
with stepped as (
    select
        item_no,
        warehouse_no,
        lot_id,
        greatest(
            0,
            23 - datediff('month', posted_on, getvariable('end_on'))
        ) as k,
        effect,
        phase,
        kind,
        posted_on
    from ledger
),

monthly as (
    select
        s.item_no,
        s.warehouse_no,
        s.lot_id,
        s.k,
        sum(s.effect)::bigint as effect,
        coalesce(
            sum(s.effect) filter (
                where s.kind in ('receipt', 'production_in')
                and s.posted_on > m.snapshot_on - 5
                and s.effect > 0
            ),
            0
        )::bigint as fresh_qty,
        coalesce(
            sum(s.effect) filter (
                where s.kind = 'transfer'
                and s.posted_on > m.snapshot_on - 3
                and s.effect > 0
            ),
            0
        )::bigint as moving_qty
    from stepped as s
    inner join month_end as m on s.k = m.k
    group by all
),

running as (
    select
        *,
        sum(effect) over place::bigint as qty,
        lead(k, 1, 24) over place as next_k
    from monthly
    window place as (
        partition by item_no, warehouse_no, lot_id order by k
    )
),

kept as (
    select * from running
    where qty <> 0
)

select
    item_no,
    warehouse_no,
    lot_id,
    qty,
    unnest(range(k, next_k)) as k,
    unnest([fresh_qty] || list_transform(range(k + 1, next_k), lambda x: 0))
        as fresh_qty,
    unnest([moving_qty] || list_transform(range(k + 1, next_k), lambda x: 0))
        as moving_qty
from kept;

create temp table last_use as
select
    item_no,
    warehouse_no,
    greatest(0, 23 - datediff('month', posted_on, getvariable('end_on'))) as k,
    max(posted_on) as used_on
from ledger
where kind in ('issue', 'production_out') and effect < 0
group by all;

create temp table lot as
select
    lot_id,
    item_no,
    min(posted_on) as received_on
from ledger
where lot_id is not null
group by all;

-- a handful of places where the count sheet and the ledger disagree
create table known_gap as
select
    m.snapshot_on,
    s.item_no,
    s.warehouse_no,
    s.k,
    2 + floor(chance('gap', s.item_no, s.warehouse_no) * 6)::bigint as gap_qty
from place_month as s
inner join month_end as m on s.k = m.k
inner join item as i on s.item_no = i.item_no
where
    s.lot_id is null
    and s.qty > 20
    and i.planting = 'live'
    and s.k in (11, 17, 21, 23)
qualify row_number() over (
    partition by s.k
    order by
        chance('gap-place', s.item_no, s.warehouse_no + 100 * s.k),
        s.item_no, s.warehouse_no
) <= 2;

create table stock as
with placed as (
    select
        s.*,
        m.snapshot_on,
        i.unit_cost,
        i.drift,
        i.planting,
        i.cause,
        i.stop_on,
        i.shelf_life_days,
        i.supplier_no,
        s.qty + coalesce(g.gap_qty, 0) as book_qty,
        p.kind as place_kind
    from place_month as s
    inner join month_end as m on s.k = m.k
    inner join item as i on s.item_no = i.item_no
    inner join place as p on s.warehouse_no = p.warehouse_no
    left join known_gap as g
        on
            s.item_no = g.item_no
            and s.warehouse_no = g.warehouse_no
            and s.k = g.k
            and s.lot_id is null
),

transit as (
    select
        *,
        if(
            place_kind in ('dc', 'store'),
            least(moving_qty, greatest(book_qty, 0)),
            0
        ) as in_transit
    from placed
),

blocked as (
    select
        *,
        if(
            cause = 'quality_block' and snapshot_on > stop_on + 20,
            greatest(book_qty - in_transit, 0),
            0
        ) as blocked
    from transit
),

tested as (
    select
        *,
        least(
            if(
                place_kind = 'plant',
                fresh_qty,
                0
            ),
            greatest(book_qty - in_transit - blocked, 0)
        ) as fresh
    from blocked
),

owned as (
    select
        t.*,
        if(coalesce(s.is_consignment, false), t.fresh, 0) as consigned,
        if(coalesce(s.is_consignment, false), 0, t.fresh) as quality
    from tested as t
    left join supplier as s on t.supplier_no = s.supplier_no
),

reserved as (
    select
        *,
        if(
            planting = 'live'
            and lot_id is null
            and chance('reserved', item_no * 24 + k, warehouse_no) < 0.08,
            greatest(book_qty - in_transit - blocked - fresh, 0) // 4,
            0
        ) as reserved
    from owned
),

status_rows as (
    select
        *,
        unnest(
            [
                { 'status': 'in_transit', 'qty': in_transit },
                { 'status': 'blocked', 'qty': blocked },
                { 'status': 'quality', 'qty': quality },
                { 'status': 'consigned', 'qty': consigned },
                { 'status': 'reserved', 'qty': reserved },
                {
                    'status': 'available',
                    'qty':
                    book_qty - in_transit - blocked - fresh - reserved
                }
            ]
        ) as part
    from reserved
),

used as (
    select
        s.*,
        u.used_on
    from status_rows as s
    asof left join last_use as u
        on
            s.item_no = u.item_no
            and s.warehouse_no = u.warehouse_no
            and s.k >= u.k
    where s.part.qty > 0
)

select
    u.snapshot_on,
    u.item_no,
    u.warehouse_no,
    u.part.qty,
    u.lot_id,
    cost_on(u.unit_cost, u.drift, u.snapshot_on) as unit_cost,
    l.received_on,
    u.used_on,
    if(l.lot_id is null, null, l.received_on + u.shelf_life_days::integer)
        as expires_on,
    u.part.status,
    case u.place_kind
        when 'plant'
            then
                ['A', 'B', 'C', 'D'][
                    1 + floor(chance('zone', u.item_no, u.warehouse_no) * 4)
                    ::integer
                ]
                || format(
                    '-{:02d}-{:d}',
                    1 + floor(chance('rack', u.item_no, u.warehouse_no) * 24)
                    ::integer,
                    1 + floor(chance('shelf', u.item_no, u.warehouse_no) * 5)
                    ::integer
                )
        when 'dc'
            then
                format(
                    'R{:02d}-{:d}',
                    1 + floor(chance('rack', u.item_no, u.warehouse_no) * 40)
                    ::integer,
                    1 + floor(chance('shelf', u.item_no, u.warehouse_no) * 6)
                    ::integer
                )
    end as bin
from used as u
left join lot as l on u.lot_id = l.lot_id;
