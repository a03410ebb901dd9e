-- Shares become ranges, so that one draw picks one row.
create temp table planting_range as
select
    *,
    coalesce(sum(share) over before, 0) as from_share,
    coalesce(sum(share) over before, 0) + share as to_share
from planting
window before as (
    partition by material_type
    order by planting, cause
    rows between unbounded preceding and 1 preceding
);

create temp table shape_range as
select
    *,
    coalesce(sum(share) over earlier, 0) as from_share,
    coalesce(sum(share) over earlier, 0) + share as to_share
from shape
window earlier as (
    partition by material_type
    order by shape
    rows between unbounded preceding and 1 preceding
);

create temp table season_month as
select
    season,
    name[2:]::integer as month,
    factor
from (unpivot season on columns(* exclude season) into name name value factor);

create table supply (
    supply_id bigint,
    level tinyint,
    item_no integer,
    warehouse_no integer,
    arrive_on date,
    first_on date,
    qty bigint,
    overhang_qty bigint,
    is_opening boolean
);
create table work_order (
    work_order_no bigint,
    supply_id bigint,
    item_no integer,
    warehouse_no integer,
    qty bigint,
    scrapped_qty bigint,
    started_on date,
    finished_on date
);
create table supply_piece (supply_id bigint, lot_id varchar, qty bigint);
create table demand_piece (demand_id bigint, lot_id varchar, qty bigint);
