-- Who wants what, where and when: streams of orders, drawn slot by slot so
-- that no gap is longer than twice the stream's interval.
create table place as
select * from warehouse
where kind <> 'group';

create table volume as
select
    item_no,
    exp(
        case material_type
            when 'finished' then ln(800000) else ln(110000)
        end
        + 1.05 * normal('volume', item_no, 0)
    )
    * case
        when planting in ('dead', 'slow', 'phase_out', 'strategic') then 0.55
        else 1
    end
    / unit_cost as yearly_qty
from item
where material_type in ('finished', 'spare');

create table stream as
with offered as (
    select
        i.*,
        v.yearly_qty,
        p.warehouse_no,
        p.kind,
        p.weight,
        p.source_no,
        row_number() over (
            partition by i.item_no, p.kind
            order by chance('first', i.item_no, p.warehouse_no)
        ) as n
    from item as i
    inner join volume as v on i.item_no = v.item_no
    inner join place as p on p.kind <> 'plant' or i.home_no = p.warehouse_no
    where i.planting <> 'old'
),

chosen as (
    select *
    from offered
    where
        case kind
            when 'dc'
                then
                    n = 1
                    or (n = 2 and planting = 'idle_here')
                    or chance('dc', item_no, warehouse_no)
                    < if(material_type = 'finished', 0.75, 0.55)
            when 'store'
                then
                    planting <> 'strategic'
                    and chance('store', item_no, warehouse_no)
                    < if(material_type = 'finished', 0.16, 0.3)
            else
                chance('direct', item_no, 0)
                < if(material_type = 'finished', 0.1, 0.3)
        end
),

sized as (
    select
        *,
        yearly_qty * weight / sum(weight) over (partition by item_no)
            as place_qty,
        kind = 'dc' and n = 1 as is_main
    from chosen
),

paced as (
    select
        *,
        365 / least(
            365 / spread('pace', item_no, warehouse_no, days_low, days_high),
            greatest(
                place_qty,
                case
                    when shape in ('intermittent', 'lumpy') then 365 / days_high
                    else 365 / 26.0
                end
            )
        ) as interval_days
    from sized
    where is_main or place_qty >= 6 or (planting = 'idle_here' and kind = 'dc')
)

select
    row_number() over (order by item_no, warehouse_no)::integer as stream_no,
    item_no,
    warehouse_no,
    kind,
    material_type,
    planting,
    is_main,
    interval_days,
    place_qty * interval_days / 365 as order_qty,
    season,
    spread as size_spread,
    yearly_growth,
    greatest(launch_on, getvariable('start_on')) + 1 as from_on,
    case
        when planting = 'idle_here' and kind = 'dc' and n = 2
            then days_before_end(spread('idle', item_no, 0, 380, 600))
        else coalesce(stop_on, getvariable('plan_until'))
    end as to_on
from paced;

create table demand (
    demand_id bigint,
    level tinyint,
    item_no integer,
    warehouse_no integer,
    need_on date,
    qty bigint,
    kind varchar,
    is_real boolean,
    customer_no integer,
    supply_id bigint,
    work_order_no bigint
);
insert into demand
with slot as (
    select
        *,
        unnest(range(((to_on - from_on) / interval_days)::bigint + 1)) as k
    from stream
),

dated as (
    select
        *,
        from_on
        + floor((k + chance('slot', stream_no, k)) * interval_days)::integer
            as wanted_on
    from slot
),

posted as (
    select
        *,
        if(kind = 'store', wanted_on, workday_after(wanted_on)) as need_on
    from dated
)

select
    row_number() over (order by p.stream_no, p.k) as demand_id,
    case p.kind when 'store' then 0 when 'dc' then 1 else 2 end as level,
    p.item_no,
    p.warehouse_no,
    p.need_on,
    greatest(
        1,
        round(
            p.order_qty
            * s.factor
            * pow(
                1 + p.yearly_growth,
                (p.need_on - getvariable('middle_on')) / 365.0
            )
            * exp(
                p.size_spread * normal('size', p.stream_no, p.k)
                - p.size_spread * p.size_spread / 2
            )
        )
    )::bigint as qty,
    'issue' as kind,
    true as is_real,
    case
        when p.kind = 'plant' and p.material_type = 'spare' then null
        else
            (p.warehouse_no * 7 + floor(
                pow(chance('customer', p.stream_no, p.k), 2)
                * (8 + getvariable('items') // 100)
            ) * 13) % (40 + getvariable('items') // 10) + 1
    end::integer as customer_no,
    null as supply_id,
    null as work_order_no
from posted as p
inner join season_month as s
    on p.season = s.season and month(p.need_on) = s.month
where p.need_on < p.to_on;
