-- Items with their fate: what is planted, why, when it starts and stops.
create table item as
with counted as (
    select
        *,
        greatest(
            3, round(getvariable('items') * weight / sum(weight) over ())
        )::integer as family_items
    from family
),

numbered as (
    select
        *,
        unnest(range(family_items))::integer as k
    from counted
),

named as (
    select
        *,
        row_number() over (order by material_type, family, k)::integer
            as item_no,
        split(models, '|') as model_list,
        split(variants, '|') as variant_list
    from numbered
),

modelled as (
    select
        *,
        model_list[1 + k % len(model_list)]
        || ' '
        || variant_list[
            1 + (k // len(model_list)) % len(variant_list)
        ]
        || case
            when k >= len(model_list) * len(variant_list)
                then
                    ' #'
                    || (1 + k // (len(model_list) * len(variant_list)))
            else ''
        end as model
    from named
),

ranked as (
    select
        *,
        (
            row_number() over (
                partition by material_type order by chance('fate', item_no, 0)
            ) - 0.5
        ) / count(*) over (partition by material_type) as fate
    from modelled
),

fated as (
    select
        r.*,
        coalesce(p.planting, 'live') as planting,
        p.cause,
        p.action,
        p.years_low,
        p.years_high
    from ranked as r
    left join planting_range as p
        on
            r.material_type = p.material_type
            and r.fate >= p.from_share
            and r.fate < p.to_share
),

shaped as (
    select
        f.*,
        s.shape,
        s.days_low,
        s.days_high,
        s.spread,
        s.yearly_growth
    from fated as f
    left join shape_range as s
        on
            f.material_type = s.material_type
            and chance('shape', f.item_no, 0) >= s.from_share
            and chance('shape', f.item_no, 0) < s.to_share
)

select
    item_no,
    case material_type
        when 'finished' then 'F-'
        when 'semi' then 'H-'
        when 'raw' then 'R-'
        when 'packaging' then 'K-'
        else 'S-'
    end || (10000 + item_no) as item_id,
    name_en || ' ' || model || ' / ' || name_zh || ' ' || model as name,
    family,
    material_type,
    category,
    unit,
    planting,
    cause,
    action,
    years_low,
    years_high,
    -- a shape that pauses for long is not promised to a planted excess
    case
        when planting in ('excess', 'idle_here', 'new') then 'steady'
        else shape
    end as shape,
    case
        when planting in ('excess', 'idle_here', 'new') then 8.0
        else days_low
    end as days_low,
    case
        when planting in ('excess', 'idle_here', 'new') then 14.0
        else days_high
    end as days_high,
    coalesce(spread, 0.3) as spread,
    coalesce(yearly_growth, 0.0) as yearly_growth,
    case
        when shape <> 'seasonal' then 'even'
        when family = 'axial_fan' then 'summer'
        when chance('season', item_no, 0) < 0.4 then 'summer'
        when chance('season', item_no, 0) < 0.65 then 'winter'
        when chance('season', item_no, 0) < 0.85 then 'spring'
        else 'year_end'
    end as season,
    case
        when planting = 'new'
            then days_before_end(spread('launch', item_no, 0, 28, 62))
        when planting = 'live' and chance('late', item_no, 0) < 0.12
            then days_before_end(spread('launch', item_no, 0, 240, 900))
        else getvariable('start_on')
    end as launch_on,
    case planting
        when 'dead' then days_before_end(spread('stop', item_no, 0, 400, 820))
        when 'slow' then days_before_end(spread('stop', item_no, 0, 92, 290))
        when 'phase_out'
            then days_before_end(spread('stop', item_no, 0, 110, 700))
        when 'strategic'
            then days_before_end(spread('stop', item_no, 0, 380, 700))
    end as stop_on,
    case
        when chance('plant', item_no, 0) < 0.62 or material_type = 'spare'
            then 11
        else 12
    end as home_no,
    round(
        cost_low * pow(
            cost_high / nullif(cost_low, 0), chance('cost', item_no, 0)
        ),
        2
    ) as unit_cost,
    spread('drift', item_no, 0, -0.01, 0.06) as drift,
    volume_m3 * spread('volume', item_no, 0, 0.7, 1.4) as volume_m3,
    shelf_life_days,
    is_lotted,
    pack_qty::bigint as pack_qty,
    scrap_share,
    case
        when lead_time_days > 0
            then round(
                lead_time_days * spread('lead', item_no, 0, 0.7, 1.5)
            )
    end::integer as lead_time_days,
    case
        when material_type in ('raw', 'spare', 'packaging')
            then
                1
                + floor(
                    chance('supplier', item_no, 0)
                    * getvariable('suppliers')
                )
    end::integer as supplier_no,
    null::integer as successor_no
from shaped;

-- A successor starts shortly before its forerunner ends.
create temp table succession as
with forerunner as (
    select
        item_no,
        family,
        stop_on,
        row_number() over (partition by family order by item_no) as n
    from item
    where planting in ('phase_out', 'phase_out_planned')
),

heir as (
    select
        item_no,
        family,
        row_number() over (
            partition by family order by chance('heir', item_no, 0)
        ) as n
    from item
    where planting = 'live'
)

select
    f.item_no,
    h.item_no as heir_no,
    coalesce(f.stop_on, getvariable('end_on') - 75) - 45 as launch_on
from forerunner as f
inner join heir as h on f.family = h.family and f.n = h.n;

update item set successor_no = s.heir_no
from succession as s
where item.item_no = s.item_no;

update item set
    launch_on = greatest(s.launch_on, getvariable('start_on')),
    shape = 'steady',
    season = 'even',
    days_low = 7,
    days_high = 14,
    yearly_growth = 0.1
from succession as s
where item.item_no = s.heir_no;

-- Some items are another one under a second code: its name, written otherwise.
create table twin as
with bought as (
    select
        item_no,
        family,
        name,
        successor_no,
        row_number() over (
            partition by family order by chance('twin', item_no, 0)
        ) as place
    from item
    where
        material_type in ('raw', 'spare', 'packaging')
        and planting in ('live', 'slow', 'dead')
)

select
    other.item_no,
    kept.item_no as twin_no,
    case floor(3 * chance('spelling', other.item_no, 0))
        when 0 then upper(replace(split_part(kept.name, ' / ', 1), '-', ' '))
        when 1 then replace(split_part(kept.name, ' / ', 2), '-', '')
        else translate(kept.name, '0123456789', '０１２３４５６７８９')
    end as name
from bought as other
inner join bought as kept
    on other.family = kept.family and kept.place = other.place - 1
where
    other.place % 8 = 2
    and coalesce(other.successor_no <> kept.item_no, true)
    and coalesce(kept.successor_no <> other.item_no, true)
qualify
    row_number() over (order by chance('second code', other.item_no, 0))
    <= greatest(3, getvariable('items') // 100);

update item set name = t.name
from twin as t
where item.item_no = t.item_no;
