-- What a plant builds is a work order; its components leave when it starts.
insert into work_order
select
    (select coalesce(max(x.work_order_no), 0) from work_order as x)
    + row_number() over (order by s.arrive_on, s.supply_id) as work_order_no,
    s.supply_id,
    s.item_no,
    s.warehouse_no,
    s.qty,
    if(
        chance('spoiled', s.supply_id, 0) < 0.2,
        ceil(s.qty * spread('spoiled', s.supply_id, 1, 0.002, 0.02)),
        0
    )::bigint as scrapped_qty,
    greatest(
        workday_before(
            s.arrive_on
            - 1
            - floor(chance('build', s.supply_id, 0) * 4)::integer
        ),
        getvariable('start_on') + 1
    ) as started_on,
    s.arrive_on as finished_on
from supply as s
inner join item as i on s.item_no = i.item_no
where
    s.level = getvariable('level')
    and not s.is_opening
    and i.material_type in ('finished', 'semi');

insert into demand
select
    (select max(x.demand_id) from demand as x)
    + row_number() over (order by w.work_order_no, b.component_no)
        as demand_id,
    if(c.material_type = 'semi', 3, 4) as level,
    b.component_no,
    w.warehouse_no,
    w.started_on,
    greatest(
        1, ceil((w.qty + w.scrapped_qty) * b.qty_per * (1 + b.scrap_share))
    )::bigint as qty,
    'production_out' as kind,
    true as is_real,
    null as customer_no,
    null as supply_id,
    w.work_order_no
from work_order as w
inner join supply as s
    on w.supply_id = s.supply_id and s.level = getvariable('level')
inner join bom_line as b
    on
        w.item_no = b.parent_no
        and w.started_on >= b.valid_from
        and (b.valid_to is null or w.started_on < b.valid_to)
        and coalesce(b.substitute_rank, 1) = 1
inner join item as c on b.component_no = c.item_no;
