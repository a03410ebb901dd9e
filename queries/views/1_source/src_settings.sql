-- One row: what the viewer asks for and the thresholds it is judged by.
-- grain: as_of
-- The only home of defaults and literal thresholds. facts_on is as_of, but
-- never later than the last row: the day that kept facts are computed for.
with
dates as (
    select * from src_dates
),

asked as (
    select
        dates.oldest_on,
        dates.newest_on,
        ---------- scope
        getvariable('organisation')::varchar as organisation,
        getvariable('region')::varchar as region,
        getvariable('warehouse')::varchar as warehouse,
        getvariable('category')::varchar as category,
        getvariable('material_type')::varchar as material_type,
        getvariable('supplier')::varchar as supplier,
        getvariable('abc_class')::varchar as abc_class,
        getvariable('xyz_class')::varchar as xyz_class,
        getvariable('tier')::varchar as tier,
        getvariable('state')::varchar as state,
        getvariable('item')::varchar as item,
        getvariable('search')::varchar as search,
        ---------- drill-down
        getvariable('group_by')::varchar as group_by,
        nullif(split_part(getvariable('group_by')::varchar, ',', 1), '')
            as first_by,
        nullif(split_part(getvariable('group_by')::varchar, ',', 2), '')
            as second_by,
        getvariable('bin')::varchar as bin,
        getvariable('age_bucket')::varchar as age_bucket,
        getvariable('document')::varchar as document,
        ---------- alerts
        getvariable('alert')::varchar as alert,
        coalesce(
            getvariable('checked_on')::date,
            getvariable('as_of')::date,
            dates.newest_on
        ) as checked_on,
        ---------- time
        coalesce(getvariable('as_of')::date, dates.newest_on) as as_of,
        ---------- states
        coalesce(getvariable('watch_after_days')::integer, 90)
            as watch_after_days,
        coalesce(getvariable('slow_after_days')::integer, 180)
            as slow_after_days,
        coalesce(getvariable('dead_after_days')::integer, 365)
            as dead_after_days,
        coalesce(getvariable('grace_days')::integer, 90) as grace_days,
        coalesce(getvariable('excess_horizon_days')::integer, 180)
            as excess_horizon_days,
        coalesce(getvariable('demand_window_days')::integer, 365)
            as demand_window_days,
        coalesce(getvariable('safety_stock_days')::integer, 0)
            as safety_stock_days,
        ---------- use
        coalesce(getvariable('use_scope')::varchar, 'company') as use_scope,
        coalesce(getvariable('use_kinds')::varchar, 'issue,production_out')
            as use_kinds,
        ---------- ages
        coalesce(getvariable('return_age')::varchar, 'issue') as return_age,
        coalesce(getvariable('transit_days')::integer, 30) as transit_days,
        ---------- score
        coalesce(getvariable('days_weight')::decimal(9, 4), 0.40)
            as days_weight,
        coalesce(getvariable('value_weight')::decimal(9, 4), 0.35)
            as value_weight,
        coalesce(getvariable('reuse_weight')::decimal(9, 4), 0.25)
            as reuse_weight,
        coalesce(getvariable('value_floor')::decimal(18, 4), 100)
            as value_floor,
        coalesce(getvariable('value_ceiling')::decimal(18, 4), 100000)
            as value_ceiling,
        coalesce(getvariable('red_from_score')::decimal(9, 4), 65)
            as red_from_score,
        coalesce(getvariable('standard_from_score')::decimal(9, 4), 35)
            as standard_from_score,
        ---------- money
        coalesce(getvariable('holding_rate')::decimal(9, 4), 0.20)
            as holding_rate,
        coalesce(getvariable('age_edges')::varchar, '30,60,90,180,365,730')
            as age_edges,
        ---------- classes
        coalesce(getvariable('abc_a_until')::decimal(9, 4), 0.80)
            as abc_a_until,
        coalesce(getvariable('abc_b_until')::decimal(9, 4), 0.95)
            as abc_b_until,
        coalesce(getvariable('xyz_x_until')::decimal(9, 4), 0.50)
            as xyz_x_until,
        coalesce(getvariable('xyz_y_until')::decimal(9, 4), 1.00)
            as xyz_y_until,
        coalesce(getvariable('intermittent_from_adi')::decimal(9, 4), 1.32)
            as intermittent_from_adi,
        coalesce(getvariable('erratic_from_cv2')::decimal(9, 4), 0.49)
            as erratic_from_cv2,
        coalesce(getvariable('fast_from_periods')::integer, 6)
            as fast_from_periods,
        coalesce(getvariable('history_periods')::integer, 12)
            as history_periods,
        coalesce(getvariable('phase_in_days')::integer, 180) as phase_in_days,
        coalesce(getvariable('phase_out_share')::decimal(9, 4), 0.50)
            as phase_out_share,
        coalesce(getvariable('supply_limit_days')::integer, 180)
            as supply_limit_days,
        coalesce(getvariable('class_drift_periods')::integer, 6)
            as class_drift_periods,
        coalesce(getvariable('class_review_days')::integer, 365)
            as class_review_days,
        ---------- shelf life
        coalesce(getvariable('shelf_alert_days')::integer, 90)
            as shelf_alert_days,
        coalesce(getvariable('customer_life_days')::integer, 0)
            as customer_life_days,
        ---------- orders
        coalesce(getvariable('frozen_days')::integer, 14) as frozen_days,
        ---------- counting
        coalesce(getvariable('count_tolerance_share')::decimal(9, 4), 0.02)
            as count_tolerance_share,
        coalesce(getvariable('count_a_days')::integer, 90) as count_a_days,
        coalesce(getvariable('count_b_days')::integer, 180) as count_b_days,
        coalesce(getvariable('count_c_days')::integer, 365) as count_c_days,
        coalesce(getvariable('count_plan_positions')::integer, 100)
            as count_plan_positions,
        greatest(coalesce(getvariable('count_batch_lines')::integer, 25), 1)
            as count_batch_lines,
        ---------- duplicate items
        coalesce(getvariable('duplicate_from_score')::decimal(9, 4), 75)
            as duplicate_from_score,
        ---------- back-test
        coalesce(getvariable('backtest_horizon_days')::integer, 180)
            as backtest_horizon_days,
        coalesce(getvariable('tested_threshold')::varchar, 'slow_after_days')
            as tested_threshold,
        coalesce(getvariable('review_cost')::decimal(18, 4), 500)
            as review_cost,
        coalesce(getvariable('miss_loss_share')::decimal(9, 4), 0.02)
            as miss_loss_share,
        coalesce(getvariable('flat_cost_share')::decimal(9, 4), 0.10)
            as flat_cost_share,
        ---------- handling
        coalesce(getvariable('red_deadline_days')::integer, 30)
            as red_deadline_days,
        coalesce(getvariable('standard_deadline_days')::integer, 90)
            as standard_deadline_days,
        coalesce(getvariable('temporary_deadline_days')::integer, 180)
            as temporary_deadline_days,
        coalesce(getvariable('red_approver')::varchar, 'general_manager')
            as red_approver,
        coalesce(getvariable('standard_approver')::varchar, 'finance_manager')
            as standard_approver,
        coalesce(
            getvariable('temporary_approver')::varchar, 'warehouse_manager'
        ) as temporary_approver,
        ---------- data quality
        coalesce(getvariable('stale_after_days')::integer, 35)
            as stale_after_days,
        coalesce(getvariable('cost_ratio_limit')::decimal(9, 4), 10)
            as cost_ratio_limit,
        'pcs,pc,ea,each,piece,set,个,件,台,套,只,支,根' as whole_units,
        ---------- policy
        coalesce(getvariable('policy_version')::integer, 1)
            as policy_version,
        getvariable('rules')::varchar as rules,
        getvariable('exemptions')::varchar as exemptions,
        ---------- fixed
        30 as candidate_first_days,
        720 as candidate_last_days,
        10 as candidate_step_days,
        3 as least_origins,
        36 as most_origins,
        2 as combined_from_methods,
        365 as days_in_year,
        12 as periods_in_year,
        30 as shortest_history_days,
        1.644854 as phase_out_z,
        20 as duplicate_block_items,
        8 as flow_node_count,
        50 as duplicate_least_score,
        '7,30,90' as crossing_horizons,
        7 as week_horizon_days,
        30 as month_horizon_days,
        90 as quarter_horizon_days
    from dates
),

resolved as (
    select
        *,
        least(as_of, newest_on) as facts_on,
        greatest(
            round(demand_window_days * periods_in_year / days_in_year), 1
        )::integer as window_periods,
        case tested_threshold
            when 'watch_after_days' then watch_after_days
            when 'dead_after_days' then dead_after_days
            else slow_after_days
        end as tested_days,
        list_max(string_split(age_edges, ',')::integer[]) + 1
            as oldest_age_days,
        bin is not null
        or age_bucket is not null
        or document is not null
        or list_has_any(
            [first_by, second_by], ['bin', 'age_bucket', 'layer', 'document']
        ) as is_told_by_layer
    from asked
)

select * from resolved
