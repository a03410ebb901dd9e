-- One row per item with stock in the filter: its classes and their figures.
-- grain: item_id
-- Classes are company-wide and compare all items; the filter only chooses rows.
-- The window is window_periods twelfths of a year, or as much of it as the item
-- is known. ABC: share of consumption (or stock) value before the item, N
-- without any. XYZ: CV with zero periods, n - 1. ADI: periods per period with
-- use; size_cv2: squared CV of the sizes of those, over n. Excess: what stock
-- and orders exceed of need.
with
settings as (
    select * from src_settings
),

company as (
    select
        item_id,
        any_value(item_no) as item_no,
        any_value(item_qty) as item_qty,
        any_value(item_value) as item_value,
        any_value(company_used_on) as company_used_on,
        any_value(company_received_on) as company_received_on,
        any_value(company_seen_on) as company_seen_on,
        any_value(company_use_basis) as company_use_basis
    from fct_judged_positions
    where is_current
    group by item_id
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

use_sums as (
    select
        periods.item_id,
        sum(periods.used_qty) as used_qty,
        sum(periods.costed_qty) as costed_qty,
        sum(periods.cost_value) as cost_value,
        count(*) as used_periods,
        sum(periods.used_qty)::double / count(*) as mean_size,
        var_pop(periods.used_qty::double order by periods.period_no)
            as size_variance,
        sum(periods.used_qty) filter (
            where periods.period_no < settings.window_periods / 2
        ) as newer_qty,
        sum(periods.used_qty) filter (
            where periods.period_no >= settings.window_periods / 2
        ) as older_qty
    from periods
    cross join settings
    group by periods.item_id
),

averages as (
    select
        averages.item_id,
        arg_min(averages.average_value, averages.window_from_on)
            as average_value,
        arg_min(averages.average_qty, averages.window_from_on) as average_qty,
        arg_min(averages.day_count, averages.window_from_on)
            as average_day_count
    from fct_stock_averages as averages
    cross join settings
    where
        date_diff('day', averages.window_from_on, settings.facts_on)
        <= settings.window_periods * settings.days_in_year
        / settings.periods_in_year
    group by averages.item_id
),

known as (
    select
        items.*,
        company.item_no is not null as is_stocked,
        coalesce(company.item_qty, 0) as item_qty,
        coalesce(company.item_value, 0) as item_value,
        company.company_used_on,
        company.company_received_on,
        company.company_seen_on,
        coalesce(company.company_use_basis, 'none') as use_basis,
        coalesce(use_sums.used_qty, 0) as used_qty,
        coalesce(use_sums.costed_qty, 0) as costed_qty,
        coalesce(use_sums.cost_value, 0) as cost_value,
        coalesce(use_sums.used_periods, 0) as used_periods,
        use_sums.mean_size,
        use_sums.size_variance,
        coalesce(use_sums.newer_qty, 0) as newer_qty,
        coalesce(use_sums.older_qty, 0) as older_qty,
        averages.average_value,
        averages.average_qty,
        averages.average_day_count,
        settings.window_periods,
        settings.days_in_year,
        settings.abc_a_until,
        settings.abc_b_until,
        settings.intermittent_from_adi,
        settings.erratic_from_cv2,
        settings.fast_from_periods,
        settings.history_periods as needed_periods,
        settings.phase_in_days,
        settings.phase_out_share,
        settings.supply_limit_days,
        settings.shortest_history_days,
        settings.window_periods * settings.days_in_year
        / settings.periods_in_year as window_days,
        date_diff(
            'day',
            least(company.company_received_on, company.company_seen_on),
            settings.as_of
        ) as days_known,
        date_diff('day', company.company_received_on, settings.as_of)
            as days_since_first_receipt,
        ranks.history_periods,
        ranks.used_unit_cost,
        ranks.mean_qty,
        ranks.sd_qty,
        ranks.cv,
        ranks.used_value,
        ranks.used_value_before,
        ranks.used_value_total,
        letters.abc_class,
        letters.xyz_class
    from fct_items as items
    cross join settings
    inner join fct_item_ranks as ranks
        on items.item_no = ranks.item_no
    inner join mart_item_letters as letters
        on items.item_no = letters.item_no
    left join company
        on items.item_id = company.item_id
    left join use_sums
        on items.item_id = use_sums.item_id
    left join averages
        on items.item_id = averages.item_id
),

measured as (
    select
        *,
        greatest(
            least(window_days, coalesce(days_known, window_days)),
            shortest_history_days
        ) as history_days,
        history_periods::double / nullif(used_periods, 0) as adi,
        size_variance / nullif(mean_size * mean_size, 0) as size_cv2
    from known
),

figured as (
    select
        *,
        used_qty / history_days as used_qty_per_day,
        case
            when used_periods = 0 then 'none'
            when adi < intermittent_from_adi and size_cv2 < erratic_from_cv2
                then 'smooth'
            when adi < intermittent_from_adi then 'erratic'
            when size_cv2 < erratic_from_cv2 then 'intermittent'
            else 'lumpy'
        end as demand_pattern
    from measured
),

ranked as (
    select
        *,
        coalesce(
            sum(item_value) over (
                order by item_value desc, item_id asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as stock_value_before,
        sum(item_value) over () as stock_value_total,
        item_qty + on_order_qty as supply_qty
    from figured
),

classed as (
    select
        *,
        coalesce(used_value_before / nullif(used_value_total, 0), 0)::double
            as used_share_before,
        coalesce(stock_value_before / nullif(stock_value_total, 0), 0)::double
            as stock_share_before,
        case
            when item_value <= 0 then 'N'
            when stock_value_before < abc_a_until * stock_value_total then 'A'
            when stock_value_before < abc_b_until * stock_value_total then 'B'
            else 'C'
        end as stock_abc_class,
        case
            when used_periods >= fast_from_periods then 'F'
            when used_periods > 0 then 'S'
            else 'N'
        end as fsn_class,
        demand_pattern in ('smooth', 'erratic') as is_turnover_applicable,
        case
            when demand_pattern in ('smooth', 'erratic')
                then
                    used_value * days_in_year / history_days
                    / nullif(average_value::double, 0)
        end as turnover,
        used_qty <= 0 as has_no_demand,
        item_qty / nullif(used_qty_per_day, 0) as supply_days,
        history_periods < needed_periods as is_cold_start,
        case
            when use_basis = 'none' and used_periods = 0 then 'none'
            when use_basis <> 'ledger' then 'low'
            when history_periods >= needed_periods then 'high'
            when history_periods * 2 >= needed_periods then 'medium'
            else 'low'
        end as confidence
    from ranked
),

-- Mann-Kendall over the window's periods, ties corrected; only asked where
-- demand has fallen.
falling as (
    select
        item_id,
        history_periods
    from classed
    where
        newer_qty < phase_out_share * older_qty
        and history_periods >= needed_periods
),

numbers as (
    select unnest(range(0, 36)) as period_no
),

series as (
    select
        falling.item_id,
        falling.history_periods,
        -numbers.period_no as place,
        coalesce(periods.used_qty, 0) as qty
    from falling
    inner join numbers
        on falling.history_periods > numbers.period_no
    left join periods
        on
            falling.item_id = periods.item_id
            and numbers.period_no = periods.period_no
),

pairs as (
    select
        earlier.item_id,
        sum(sign(later.qty - earlier.qty)) as trend
    from series as earlier
    inner join series as later
        on
            earlier.item_id = later.item_id
            and earlier.place < later.place
    group by earlier.item_id
),

equals as (
    select
        item_id,
        qty,
        any_value(history_periods) as history_periods,
        count(*) as tied
    from series
    group by item_id, qty
),

ties as (
    select
        item_id,
        any_value(history_periods) as history_periods,
        sum(tied * (tied - 1) * (2 * tied + 5)) as tie_sum
    from equals
    group by item_id
),

trends as (
    select
        pairs.item_id,
        (pairs.trend - sign(pairs.trend))
        / nullif(
            sqrt(
                greatest(
                    ties.history_periods * (ties.history_periods - 1)
                    * (2 * ties.history_periods + 5) - ties.tie_sum, 0
                ) / 18.0
            ), 0
        ) as trend_z
    from pairs
    inner join ties
        on pairs.item_id = ties.item_id
),

states as (
    select
        item_id,
        sum(qty) as filtered_qty,
        sum(value) as filtered_value,
        sum(value) filter (where is_slow) as slow_value,
        arg_max(
            state,
            list_position(
                ['healthy', 'excess', 'watch', 'slow', 'dead', 'obsolete'],
                state
            )
        ) as state,
        max(needed_qty) as needed_qty,
        bool_or(is_exempt) as is_exempt,
        bool_or(is_new) as is_new
    from mart_tiered_stock
    group by item_id
),

joined as (
    select
        classed.*,
        states.filtered_qty,
        states.filtered_value,
        coalesce(states.slow_value, 0) as slow_value,
        states.state,
        states.needed_qty,
        states.is_exempt,
        states.is_new,
        trends.trend_z,
        settings.phase_out_z,
        settings.as_of as judged_on,
        greatest(classed.supply_qty - states.needed_qty, 0)
            as excess_qty,
        greatest(classed.item_qty - states.needed_qty, 0)
            as on_hand_excess_qty
    from classed
    inner join states
        on classed.item_id = states.item_id
    cross join settings
    left join trends
        on classed.item_id = trends.item_id
),

split as (
    select
        *,
        least(excess_qty, cancellable_qty) as cancellable_excess_qty,
        greatest(
            excess_qty - least(excess_qty, cancellable_qty)
            - on_hand_excess_qty, 0
        ) as frozen_excess_qty,
        coalesce(supply_days > supply_limit_days, item_qty > 0)
            as is_over_supply_limit,
        case
            when item_status = 'obsolete' or phase_out_on <= judged_on
                then 'obsolete'
            when item_status = 'phase_out' or phase_out_on is not null
                then 'phase_out'
            when
                days_since_first_receipt < phase_in_days
                and company_received_on <= company_seen_on
                then 'phase_in'
            when
                newer_qty < phase_out_share * older_qty
                and (successor_id is not null or trend_z < -phase_out_z)
                then 'phase_out'
            else 'mature'
        end as life_cycle,
        case
            when
                item_status in ('obsolete', 'phase_out')
                or phase_out_on is not null
                then 'master_data'
            else 'rule'
        end as life_cycle_basis
    from joined
),

named as (
    select
        item_id,
        item_name,
        category,
        material_type,
        unit,
        supplier_id,
        buyer,
        state,
        is_exempt,
        is_new,
        filtered_qty as qty,
        filtered_value as value,
        slow_value,
        item_qty,
        item_value,
        ---------- use
        used_qty,
        used_value,
        used_qty_per_day,
        history_days,
        history_periods,
        used_periods,
        company_used_on as last_used_on,
        use_basis,
        confidence,
        is_cold_start,
        ---------- turnover and supply
        average_value,
        average_qty,
        average_day_count,
        turnover,
        days_in_year / nullif(turnover, 0) as turnover_days,
        is_turnover_applicable,
        supply_days,
        has_no_demand,
        is_over_supply_limit,
        supply_limit_days,
        ---------- classes
        abc_class,
        used_share_before,
        used_value_total,
        stock_abc_class,
        stock_share_before,
        stock_value_total,
        xyz_class,
        cv,
        mean_qty,
        sd_qty,
        demand_pattern,
        adi,
        size_cv2,
        fsn_class,
        case
            when state in ('dead', 'obsolete') or item_qty <= 0 then 'dead'
            when fsn_class = 'F' and not is_over_supply_limit then 'fast'
            else 'regular'
        end as pace,
        life_cycle,
        life_cycle_basis,
        newer_qty,
        older_qty,
        trend_z,
        ---------- excess
        needed_qty,
        on_order_qty,
        cancellable_qty,
        excess_qty,
        cancellable_excess_qty,
        on_hand_excess_qty,
        frozen_excess_qty,
        used_unit_cost as unit_cost,
        excess_qty * used_unit_cost as excess_value,
        cancellable_excess_qty * used_unit_cost as cancellable_excess_value,
        on_hand_excess_qty * used_unit_cost as on_hand_excess_value,
        frozen_excess_qty * used_unit_cost as frozen_excess_value
    from split
)

select * from named
