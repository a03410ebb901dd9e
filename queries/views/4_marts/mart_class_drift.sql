-- One row per item with stock in the filter: its classes now and some time ago.
-- grain: item_id
-- Before is class_drift_periods periods (twelfths of a year) ago, judged by
-- today's limits and costs over the window that ended then. since_on: the last
-- day its classes were others, or a day they were the same already on
-- (is_since_earlier). A class that stood for class_review_days is due for
-- review.
with
settings as (
    select
        *,
        least(
            greatest(
                class_drift_periods,
                ceil(class_review_days * periods_in_year / days_in_year)
            ),
            greatest(36 - window_periods, 0)
        )::integer as look_back
    from src_settings
),

shifts as (
    select unnest(range(0, settings.look_back + 1))::integer as shift
    from settings
),

company as (
    select
        item_id,
        any_value(item_qty) as item_qty,
        any_value(item_value) as item_value,
        least(
            any_value(company_received_on), any_value(company_seen_on)
        ) as known_from_on
    from fct_judged_positions
    where is_current
    group by item_id
),

costs as (
    select
        items.item_id,
        company.known_from_on,
        coalesce(
            company.item_value / nullif(company.item_qty, 0),
            items.list_cost::double,
            0
        ) as unit_cost
    from fct_items as items
    left join company
        on items.item_id = company.item_id
),

periods as (
    select
        item_id,
        period_no,
        sum(used_qty) as used_qty,
        sum(costed_qty) as costed_qty,
        sum(cost_value) as cost_value
    from fct_demand_periods
    group by item_id, period_no
),

window_sums as (
    select
        shifts.shift,
        periods.item_id,
        sum(periods.used_qty) as used_qty,
        sum(periods.costed_qty) as costed_qty,
        sum(periods.cost_value) as cost_value,
        sum(
            periods.used_qty::decimal(18, 4) * periods.used_qty::decimal(18, 4)
        )::double as used_squares,
        count(*) as used_periods
    from shifts
    cross join settings
    inner join periods
        on
            shifts.shift <= periods.period_no
            and periods.period_no < shifts.shift + settings.window_periods
    group by shifts.shift, periods.item_id
),

measured as (
    select
        shifts.shift,
        costs.item_id,
        coalesce(sums.used_qty, 0)::double as used_qty,
        coalesce(sums.used_squares, 0) as used_squares,
        coalesce(sums.used_periods, 0) as used_periods,
        (
            coalesce(sums.cost_value, 0)::double
            + (coalesce(sums.used_qty, 0) - coalesce(sums.costed_qty, 0))
            ::double * costs.unit_cost
        )::decimal(28, 8) as used_value,
        least(
            settings.window_periods,
            greatest(
                ceil(
                    date_diff('day', costs.known_from_on, settings.facts_on)
                    * settings.periods_in_year / settings.days_in_year
                ) - shifts.shift,
                coalesce(sums.used_periods, 0),
                1
            )
        )::integer as history_periods,
        settings.history_periods as needed_periods,
        settings.abc_a_until,
        settings.abc_b_until,
        settings.xyz_x_until,
        settings.xyz_y_until,
        settings.fast_from_periods
    from costs
    cross join shifts
    cross join settings
    left join window_sums as sums
        on
            costs.item_id = sums.item_id
            and shifts.shift = sums.shift
),

ranked as (
    select
        *,
        coalesce(
            sum(used_value) over (
                partition by shift
                order by used_value desc, item_id asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as used_value_before,
        sum(used_value) over (partition by shift) as used_value_total,
        case
            when history_periods > 1
                then sqrt(
                    greatest(
                        used_squares - used_qty * used_qty / history_periods,
                        0
                    ) / (history_periods - 1)
                )
        end / nullif(used_qty / history_periods, 0) as cv
    from measured
),

classed as (
    select
        shift,
        item_id,
        case
            when used_value <= 0 then 'N'
            when used_value_before < abc_a_until * used_value_total then 'A'
            when used_value_before < abc_b_until * used_value_total then 'B'
            else 'C'
        end as abc_class,
        case
            when history_periods < needed_periods or cv is null then 'n/a'
            when cv <= xyz_x_until then 'X'
            when cv <= xyz_y_until then 'Y'
            else 'Z'
        end as xyz_class,
        case
            when used_periods >= fast_from_periods then 'F'
            when used_periods > 0 then 'S'
            else 'N'
        end as fsn_class
    from ranked
),

stocked as (
    select
        item_id,
        any_value(item_name) as item_name,
        any_value(category) as category,
        sum(value) as value
    from mart_tiered_stock
    group by item_id
),

paired as (
    select
        stocked.*,
        today.abc_class,
        today.xyz_class,
        today.fsn_class,
        classed.shift,
        classed.abc_class as abc_before,
        classed.xyz_class as xyz_before,
        classed.fsn_class as fsn_before,
        classed.abc_class <> today.abc_class as is_abc_changed,
        classed.xyz_class <> today.xyz_class as is_xyz_changed,
        classed.fsn_class <> today.fsn_class as is_fsn_changed
    from stocked
    inner join classed as today
        on
            stocked.item_id = today.item_id
            and today.shift = 0
    inner join classed
        on stocked.item_id = classed.item_id
),

first_others as (
    select
        item_id,
        min(shift) filter (
            where is_abc_changed or is_xyz_changed or is_fsn_changed
        ) as changed_shift
    from paired
    group by item_id
),

dated as (
    select
        paired.*,
        paired.is_abc_changed or paired.is_xyz_changed or paired.is_fsn_changed
            as is_changed,
        first_others.changed_shift is null as is_since_earlier,
        (
            settings.facts_on - round(
                coalesce(first_others.changed_shift, settings.look_back)
                * settings.days_in_year / settings.periods_in_year
            )::integer
        )::date as since_on,
        settings.class_review_days,
        settings.as_of as judged_on
    from paired
    inner join first_others
        on paired.item_id = first_others.item_id
    cross join settings
    where
        paired.shift
        = least(settings.class_drift_periods, settings.look_back)
),

due as (
    select
        * exclude (shift, class_review_days, judged_on),
        (since_on + class_review_days)::date as review_due_on,
        since_on + class_review_days <= judged_on as is_review_due
    from dated
)

select * from due
