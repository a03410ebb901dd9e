-- One row: what finished disposals brought in since the month of today began.
-- grain: month_on
-- Of the items and places in the filter; class, tier and state are of stock on
-- hand, which this no longer is. is_known: outcomes were loaded at all.
with
month as (
    select date_trunc('month', as_of)::date as month_on
    from src_settings
),

disposals as (
    select
        outcomes.disposed_on,
        outcomes.recovered_value,
        outcomes.cost_value,
        (
            setting('item') is null or outcomes.item_id = setting('item')
        )
        and (
            setting('search') is null
            or contains(lower(outcomes.item_id), lower(setting('search')))
            or contains(lower(items.name), lower(setting('search')))
        )
        and (
            setting('supplier') is null
            or list_contains(
                string_split(setting('supplier'), ','),
                coalesce(items.supplier_id, '=')
            )
        )
        and (
            coalesce(
                setting('organisation'),
                setting('region'),
                setting('warehouse'),
                setting('category'),
                setting('material_type')
            ) is null
            or exists (
                select 1 as found
                from mart_chosen_scopes as chosen
                where
                    outcomes.warehouse_id = chosen.place_id
                    and chosen.category is not distinct from items.category
                    and chosen.material_type
                    is not distinct from items.material_type
            )
        ) as is_chosen
    from src_outcomes as outcomes
    left join dim_item as items
        on outcomes.item_id = items.item_id
    where outcomes.disposed_on <= setting('as_of')
),

summed as (
    select
        month.month_on,
        count(disposals.disposed_on) > 0 as is_known,
        count(*) filter (
            where
            disposals.is_chosen
            and disposals.disposed_on >= month.month_on
        ) as disposal_count,
        coalesce(
            sum(disposals.recovered_value) filter (
                where
                disposals.is_chosen
                and disposals.disposed_on >= month.month_on
            ), 0
        ) as recovered_value,
        coalesce(
            sum(disposals.cost_value) filter (
                where
                disposals.is_chosen
                and disposals.disposed_on >= month.month_on
            ), 0
        ) as cost_value
    from month
    left join disposals
        on month.month_on >= date_trunc('month', disposals.disposed_on)
    group by month.month_on
)

select * from summed
