-- First in, first out: which lot each outflow takes, place by place.
insert into supply_piece
select
    s.supply_id,
    case
        when i.is_lotted
            then
                if(s.is_opening, 'LO', 'L')
                || strftime(s.arrive_on, '%y%m%d')
                || '-'
                || s.supply_id
    end as lot_id,
    s.qty
from supply as s
inner join item as i on s.item_no = i.item_no
where
    list_contains(getvariable('levels'), s.level)
    and (s.level >= 2 or s.is_opening or not i.is_lotted);

-- a transfer brings the lots it took
insert into supply_piece
select
    d.supply_id,
    p.lot_id,
    sum(p.qty)::bigint as qty
from demand_piece as p
inner join demand as d on p.demand_id = d.demand_id
inner join supply as s on d.supply_id = s.supply_id
where
    list_contains(getvariable('levels'), s.level)
    and p.lot_id is not null
group by d.supply_id, p.lot_id;

insert into demand_piece
select
    d.demand_id,
    null as lot_id,
    d.qty
from demand as d
inner join item as i on d.item_no = i.item_no
where
    not i.is_lotted
    and d.is_real
    and list_contains(getvariable('levels'), d.level);

insert into demand_piece
with edge as (
    select
        s.item_no,
        s.warehouse_no,
        p.lot_id,
        null::bigint as demand_id,
        sum(p.qty) over (
            partition by s.item_no, s.warehouse_no
            order by s.arrive_on, p.supply_id, p.lot_id
        )::bigint as edge_qty
    from supply_piece as p
    inner join supply as s on p.supply_id = s.supply_id
    where
        p.lot_id is not null
        and list_contains(getvariable('levels'), s.level)
    union all
    select
        d.item_no,
        d.warehouse_no,
        null,
        d.demand_id,
        sum(d.qty) over (
            partition by d.item_no, d.warehouse_no
            order by d.need_on, d.demand_id
        )::bigint
    from demand as d
    inner join item as i on d.item_no = i.item_no
    where
        i.is_lotted
        and d.is_real
        and list_contains(getvariable('levels'), d.level)
),

span as (
    select
        first_value(lot_id ignore nulls) over ahead as lot_id,
        first_value(demand_id ignore nulls) over ahead as demand_id,
        edge_qty - lag(edge_qty, 1, 0) over (
            partition by item_no, warehouse_no
            order by edge_qty, demand_id nulls first, lot_id
        ) as qty
    from edge
    window ahead as (
        partition by item_no, warehouse_no
        order by edge_qty, demand_id nulls first, lot_id
        rows between current row and unbounded following
    )
)

select
    demand_id,
    lot_id,
    sum(qty)::bigint as qty
from span
where qty > 0 and lot_id is not null and demand_id is not null
group by all;
