-- One row per item with stock or use: what its ABC and XYZ classes go by.
-- grain: item_id
-- kept
-- Company-wide, no threshold in it. Used over the window, or as much of it as
-- the item is known (history_periods); used_value is what records say it cost,
-- else at book cost; used_value_before is that of all items with more of it.
-- cv: standard deviation (n - 1) over mean, periods without use as zero.
with
settings as (
    select * from src_settings
),

company as (
    select
        item_no,
        max(item_qty) as item_qty,
        max(item_value) as item_value,
        max(company_received_on) as company_received_on,
        max(company_seen_on) as company_seen_on
    from fct_judged_positions
    where is_current
    group by item_no
),

periods as (
    select
        demand.item_id,
        demand.period_no,
        sum(demand.used_qty) as used_qty,
        sum(demand.costed_qty) as costed_qty,
        sum(demand.cost_value) as cost_value
    from fct_demand_periods as demand
    cross join settings
    where demand.period_no < settings.window_periods
    group by demand.item_id, demand.period_no
),

uses as (
    select
        item_id,
        sum(used_qty) as used_qty,
        sum(costed_qty) as costed_qty,
        sum(cost_value) as cost_value,
        cast(
            sum(
                cast(used_qty as decimal(18, 4))
                * cast(used_qty as decimal(18, 4))
            ) as double
        ) as used_squares,
        count(*) as used_periods
    from periods
    group by item_id
),

known as (
    select
        items.item_no,
        items.item_id,
        coalesce(uses.used_qty, 0) as used_qty,
        coalesce(uses.costed_qty, 0) as costed_qty,
        coalesce(uses.cost_value, 0) as cost_value,
        coalesce(uses.used_squares, 0) as used_squares,
        coalesce(
            coalesce(company.item_value, 0)
            / nullif(coalesce(company.item_qty, 0), 0),
            cast(items.list_cost as double),
            0
        ) as used_unit_cost,
        cast(
            least(
                settings.window_periods,
                greatest(
                    ceil(
                        date_diff(
                            'day',
                            least(
                                company.company_received_on,
                                company.company_seen_on
                            ),
                            settings.facts_on
                        ) * settings.periods_in_year
                        / nullif(settings.days_in_year, 0)
                    ),
                    coalesce(uses.used_periods, 0),
                    1
                )
            ) as integer
        ) as history_periods
    from fct_items as items
    cross join settings
    left join company
        on items.item_no = company.item_no
    left join uses
        on items.item_id = uses.item_id
    where company.item_no is not null or uses.item_id is not null
),

measured as (
    select
        item_no,
        item_id,
        used_unit_cost,
        history_periods,
        cast(used_qty as double) / nullif(history_periods, 0) as mean_qty,
        case
            when history_periods > 1
                then sqrt(
                    greatest(
                        used_squares
                        - cast(used_qty as double) * cast(used_qty as double)
                        / nullif(history_periods, 0),
                        0
                    ) / nullif(history_periods - 1, 0)
                )
        end as sd_qty,
        cast(
            cast(cost_value as double)
            + cast(used_qty - costed_qty as double) * used_unit_cost
            as decimal(28, 8)
        ) as used_value
    from known
),

ranked as (
    select
        *,
        sd_qty / nullif(mean_qty, 0) as cv,
        coalesce(
            sum(used_value) over (
                order by used_value desc, item_id asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as used_value_before,
        sum(used_value) over () as used_value_total
    from measured
)

select * from ranked
