-- What is built from what. Live parents draw on live components; a component
-- that stands still hangs on parents that stand still, or was designed out.
create temp table bom_raw as
with parent as (
    select * from item
    where material_type in ('finished', 'semi')
),

pool as (
    select
        item_no,
        family,
        row_number() over (partition by family order by item_no) - 1 as k,
        count(*) over (partition by family) as n
    from item
    where
        planting in ('live', 'excess') and launch_on <= getvariable('start_on')
)

select
    p.item_no as parent_no,
    c.item_no as component_no,
    r.qty_per,
    r.scrap_share,
    null::date as valid_from,
    null::date as valid_to,
    null::varchar as substitute_group,
    null::integer as substitute_rank
from parent as p
inner join recipe as r on p.family = r.parent_family
inner join pool as c
    on
        r.component_family = c.family
        and c.k = floor(
            chance('component-' || r.component_family, p.item_no, 0) * c.n
        );

create temp table solid as
select
    item_no,
    family
from item
where
    material_type in ('finished', 'semi')
    and planting in ('live', 'excess')
    and shape in ('steady', 'seasonal', 'growth')
    and launch_on <= getvariable('start_on')
    and item_no not in (select f.heir_no from succession as f)
union all
select
    item_no,
    family
from item
where
    material_type = 'semi'
    and planting in ('live', 'excess')
    and launch_on <= getvariable('start_on');

-- every live component has a parent that is built all the time
insert into bom_raw
with lonely as (
    select
        i.item_no,
        i.family,
        i.launch_on
    from item as i
    where
        i.material_type in ('raw', 'semi', 'packaging')
        and i.planting in ('live', 'excess', 'new')
        and not exists (
            select 1
            from bom_raw as b
            inner join solid as s on b.parent_no = s.item_no
            where b.component_no = i.item_no
        )
),

place as (
    select
        r.component_family,
        r.qty_per,
        r.scrap_share,
        s.item_no,
        row_number() over (
            partition by r.component_family order by s.item_no, r.parent_family
        ) - 1 as k,
        count(*) over (partition by r.component_family) as n
    from recipe as r
    inner join solid as s on r.parent_family = s.family
)

select
    p.item_no as parent_no,
    l.item_no as component_no,
    p.qty_per,
    p.scrap_share,
    case
        when l.launch_on > getvariable('start_on') then l.launch_on
    end,
    null,
    null,
    null
from lonely as l
inner join place as p
    on
        l.family = p.component_family
        and p.k = floor(chance('adopt', l.item_no, 0) * p.n);

-- designed out: the old line ends, another component takes over
create temp table redesign as
with heir as (
    select
        family,
        item_no,
        row_number() over (partition by family order by item_no) - 1 as k,
        count(*) over (partition by family) as n
    from item
    where planting = 'live' and launch_on <= getvariable('start_on')
),

place as (
    select
        r.component_family,
        r.qty_per,
        r.scrap_share,
        s.item_no,
        row_number() over (
            partition by r.component_family order by s.item_no, r.parent_family
        ) - 1 as k,
        count(*) over (partition by r.component_family) as n
    from recipe as r
    inner join solid as s on r.parent_family = s.family
)

select
    i.item_no,
    p.item_no as parent_no,
    h.item_no as heir_no,
    i.stop_on,
    i.action,
    p.qty_per,
    p.scrap_share
from item as i
inner join place as p
    on
        i.family = p.component_family
        and p.k = floor(chance('redesign', i.item_no, 0) * p.n)
inner join heir as h
    on
        i.family = h.family
        and h.k = floor(chance('redesign-heir', i.item_no, 0) * h.n)
where i.cause = 'engineering_change';

delete from bom_raw
where exists (
    select 1 from redesign as d
    where
        bom_raw.parent_no = d.parent_no
        and bom_raw.component_no = d.heir_no
        and (
            select count(*) from bom_raw as b
            inner join solid as s on b.parent_no = s.item_no
            where b.component_no = d.heir_no
        ) > 1
);

insert into bom_raw
select
    parent_no,
    item_no,
    qty_per,
    scrap_share,
    null,
    stop_on,
    null,
    null
from redesign
union all
select
    d.parent_no,
    d.heir_no,
    d.qty_per,
    d.scrap_share,
    d.stop_on,
    null,
    case when d.action = 'substitute' then '10' end,
    case when d.action = 'substitute' then 1 end
from redesign as d
where not exists (
    select 1 from bom_raw as b
    where b.parent_no = d.parent_no and b.component_no = d.heir_no
);

-- the old part may still be used up in place of the new one
insert into bom_raw
select
    b.parent_no,
    d.item_no,
    d.qty_per,
    d.scrap_share,
    d.stop_on,
    null,
    '10',
    2
from redesign as d
inner join bom_raw as b
    on d.parent_no = b.parent_no and d.heir_no = b.component_no
where d.action = 'substitute' and b.substitute_rank = 1;

update item set successor_no = d.heir_no
from redesign as d
where item.item_no = d.item_no;

-- stood still together with the finished goods they went into
create temp table orphaned as
with child as (
    select *
    from item
    where
        material_type in ('raw', 'semi', 'packaging')
        and planting in ('dead', 'slow')
        and cause <> 'engineering_change'
),

parent as (
    select
        item_no,
        family,
        material_type,
        planting,
        stop_on
    from item
    where
        material_type = 'finished'
        and planting in ('dead', 'slow', 'phase_out')
),

paired as (
    select
        c.item_no as component_no,
        p.item_no as parent_no,
        p.stop_on,
        c.planting,
        c.material_type,
        c.family,
        r.qty_per,
        r.scrap_share,
        row_number() over (
            partition by c.item_no
            order by
                (r.qty_per is not null) desc,
                chance('orphan', c.item_no, p.item_no),
                p.item_no
        ) as n
    from child as c
    inner join parent as p
        on
            case
                when c.planting = 'dead'
                    then p.stop_on <= days_before_end(400)
                else
                    p.stop_on between days_before_end(300)
                    and days_before_end(100)
            end
            and (
                (c.cause = 'product_phase_out')
                = (p.planting = 'phase_out')
                or c.material_type = 'semi'
            )
    left join recipe as r
        on p.family = r.parent_family and c.family = r.component_family
)

select
    component_no,
    parent_no,
    stop_on,
    coalesce(
        qty_per,
        (
            select min(x.qty_per) from recipe as x
            where x.component_family = paired.family
        )
    ) as qty_per,
    coalesce(scrap_share, 0.01) as scrap_share
from paired
where n = 1;

insert into bom_raw
select
    parent_no,
    component_no,
    qty_per,
    scrap_share,
    null,
    null,
    null,
    null
from orphaned;

create table bom_line as
select
    parent_no,
    component_no,
    coalesce(valid_from, getvariable('start_on') - 365) as valid_from,
    valid_to,
    max(qty_per) as qty_per,
    max(scrap_share) as scrap_share,
    max(substitute_group) as substitute_group,
    max(substitute_rank) as substitute_rank
from bom_raw
group by all;

-- cost rolls up: material and a share for work
update item set unit_cost = c.unit_cost
from (
    select
        b.parent_no,
        round(sum((b.qty_per * i.unit_cost)::decimal(18, 6)) * 1.28, 2)::double
            as unit_cost
    from bom_line as b
    inner join item as i on b.component_no = i.item_no
    where
        b.valid_to is null
        and coalesce(b.substitute_rank, 1) = 1
        and i.material_type <> 'semi'
    group by b.parent_no
) as c
where item.item_no = c.parent_no and item.material_type = 'semi';

update item set unit_cost = c.unit_cost
from (
    select
        b.parent_no,
        round(sum((b.qty_per * i.unit_cost)::decimal(18, 6)) * 1.32, 2)::double
            as unit_cost
    from bom_line as b
    inner join item as i on b.component_no = i.item_no
    where b.valid_to is null and coalesce(b.substitute_rank, 1) = 1
    group by b.parent_no
) as c
where item.item_no = c.parent_no and item.material_type = 'finished';
