-- One row per place in the filter: its newest count beside the book then.
-- grain: counted_on, item_id, warehouse_id, lot_id, bin
-- The book had variance_qty too little (above zero) or too much. Within the
-- tolerance is a share of the book's quantity. A count that no book of its day
-- can be held against has a reason and no variance; a filter of states or tiers
-- leaves what is on hand in them.
with
settings as (
    select * from src_settings
),

chosen as (
    select
        lines.counted_on,
        lines.item_id,
        lines.warehouse_id,
        nullif(lines.lot_id, '') as lot_id,
        nullif(lines.bin, '') as bin,
        lines.counted_by,
        lines.book_on,
        lines.book_qty,
        lines.counted_qty,
        lines.unit_cost,
        lines.reason,
        settings.count_tolerance_share,
        stock.state,
        stock.tier,
        coalesce(dim_item.name, lines.item_id) as item_name,
        dim_item.category,
        dim_item.material_type,
        dim_item.unit,
        coalesce(dim_warehouse.name, lines.warehouse_id) as warehouse_name,
        dim_warehouse.region,
        lines.reason is null as is_comparable
    from fct_count_lines as lines
    cross join settings
    inner join mart_chosen_items as items
        on lines.item_id = items.item_id
    inner join mart_chosen_places as places
        on lines.warehouse_id = places.warehouse_id
    left join dim_item
        on lines.item_id = dim_item.item_id
    left join dim_warehouse
        on lines.warehouse_id = dim_warehouse.warehouse_id
    left join mart_tiered_stock as stock
        on
            lines.item_id = stock.item_id
            and lines.warehouse_id = stock.warehouse_id
    where
        lines.is_newest
        and (
            (settings.tier is null and settings.state is null)
            or stock.item_id is not null
        )
),

compared as (
    select
        *,
        counted_qty - book_qty as variance_qty,
        (book_qty * coalesce(unit_cost, 0))::decimal(28, 8) as book_value,
        case
            when is_comparable
                then (counted_qty * coalesce(unit_cost, 0))::decimal(28, 8)
        end as counted_value,
        date_diff('day', book_on, counted_on) as book_age_days
    from chosen
),

judged as (
    select
        * exclude (count_tolerance_share),
        counted_value - book_value as variance_value,
        abs(variance_qty) as absolute_variance_qty,
        abs(counted_value - book_value) as absolute_variance_value,
        variance_qty = 0 as is_exact,
        abs(variance_qty) <= count_tolerance_share * abs(book_qty)
            as is_within
    from compared
)

select * from judged
