-- One row per item and figure: its value and the two numbers it is made of.
-- grain: item_id, figure
-- figure is the code of the formula, too; value is null where it does not
-- apply, for the reason given.
with
listed as (
    select
        item_id,
        unnest([
            'turnover', 'turnover_days', 'supply_days', 'abc_share',
            'stock_abc_share', 'cv', 'adi', 'size_cv2', 'excess_qty'
        ]) as figure,
        unnest([
            turnover,
            turnover_days,
            supply_days,
            used_share_before,
            stock_share_before,
            case when xyz_class <> 'n/a' then cv end,
            adi,
            size_cv2,
            excess_qty
        ]) as value,
        unnest([
            used_value * 1.0,
            average_value,
            item_qty,
            used_share_before * used_value_total,
            stock_share_before * stock_value_total,
            sd_qty,
            history_periods,
            size_cv2 * pow(used_qty / nullif(used_periods, 0), 2),
            item_qty + on_order_qty
        ]) as numerator,
        unnest([
            'used_value', 'average_value', 'item_qty', 'used_value_before',
            'stock_value_before', 'sd_qty', 'history_periods',
            'size_variance', 'supply_qty'
        ]) as numerator_code,
        unnest([
            average_value,
            used_value * 1.0,
            used_qty_per_day,
            used_value_total,
            stock_value_total,
            mean_qty,
            used_periods,
            pow(used_qty / nullif(used_periods, 0), 2),
            needed_qty
        ]) as denominator,
        unnest([
            'average_value', 'used_value', 'used_qty_per_day',
            'used_value_total', 'stock_value_total', 'mean_qty',
            'used_periods', 'mean_size_squared', 'needed_qty'
        ]) as denominator_code,
        unnest([
            case
                when not is_turnover_applicable and used_periods > 0
                    then 'intermittent'
                when turnover is null then 'no_demand'
            end,
            case
                when not is_turnover_applicable and used_periods > 0
                    then 'intermittent'
                when turnover_days is null then 'no_demand'
            end,
            case when has_no_demand then 'no_demand' end,
            null,
            null,
            case when xyz_class = 'n/a' then 'short_history' end,
            case when has_no_demand then 'no_demand' end,
            case when has_no_demand then 'no_demand' end,
            null
        ]) as reason,
        history_days,
        confidence
    from mart_item_classes
)

select * from listed
