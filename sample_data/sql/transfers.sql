-- What a place orders leaves its source the same day, or a few days before.
insert into demand
select
    (select max(x.demand_id) from demand as x)
    + row_number() over (order by s.supply_id) as demand_id,
    if(s.level = 0, 1, 2) as level,
    s.item_no,
    if(s.level = 0, p.source_no, i.home_no) as warehouse_no,
    greatest(
        workday_before(
            s.arrive_on
            - if(
                chance('slow-truck', s.supply_id, 0) < 0.04,
                1 + floor(chance('slow-truck', s.supply_id, 1) * 4)::integer,
                0
            )
        ),
        getvariable('start_on') + 1
    ) as need_on,
    s.qty,
    'transfer' as kind,
    true as is_real,
    null as customer_no,
    s.supply_id,
    null as work_order_no
from supply as s
inner join item as i on s.item_no = i.item_no
inner join place as p on s.warehouse_no = p.warehouse_no
where s.level = getvariable('level') and not s.is_opening;
