-- One row per warehouse, category and material type in the filter: its rule.
-- grain: scope_no
-- Of the rules that hold, the most specific wins as a whole: one for a
-- warehouse before one for a category before one for a material type; the
-- deeper warehouse and the longer category before the shorter; then the later
-- rule. What it leaves out, and where none holds (rule_no 0), is the policy's
-- own.
with
holding as (
    select
        chosen.scope_no,
        rules.*,
        row_number() over (
            partition by chosen.scope_no
            order by
                rules.warehouse is not null desc,
                strpos(
                    chosen.warehouse_path, concat('>', rules.warehouse, '>')
                ) desc,
                length(coalesce(rules.category, '')) desc,
                rules.material_type is not null desc,
                rules.rule_no desc
        ) as place
    from mart_chosen_scopes as chosen
    inner join src_rules as rules
        on
            (
                rules.warehouse is null
                or contains(
                    chosen.warehouse_path, concat('>', rules.warehouse, '>')
                )
            )
            and (
                rules.category is null
                or chosen.category = rules.category
                or starts_with(
                    chosen.category, concat(rules.category, '/')
                )
            )
            and (
                rules.material_type is null
                or chosen.material_type = rules.material_type
            )
),

resolved as (
    select
        chosen.*,
        coalesce(rules.rule_no, 0) as rule_no,
        case
            when rules.rule_no is null then 'policy'
            else coalesce(
                nullif(
                    concat_ws(
                        ' ',
                        'warehouse=' || rules.warehouse,
                        'category=' || rules.category,
                        'material_type=' || rules.material_type
                    ), ''
                ), 'all'
            )
        end as rule_text,
        coalesce(rules.watch_after_days, setting('watch_after_days'))
            as watch_after_days,
        coalesce(rules.slow_after_days, setting('slow_after_days'))
            as slow_after_days,
        coalesce(rules.dead_after_days, setting('dead_after_days'))
            as dead_after_days,
        coalesce(rules.grace_days, setting('grace_days')) as grace_days,
        coalesce(rules.excess_horizon_days, setting('excess_horizon_days'))
            as excess_horizon_days,
        coalesce(rules.days_weight, setting('days_weight'))::double
            as days_weight,
        coalesce(rules.value_weight, setting('value_weight'))::double
            as value_weight,
        coalesce(rules.reuse_weight, setting('reuse_weight'))::double
            as reuse_weight,
        coalesce(rules.red_from_score, setting('red_from_score'))
            as red_from_score,
        coalesce(rules.standard_from_score, setting('standard_from_score'))
            as standard_from_score,
        coalesce(rules.value_floor, setting('value_floor')) as value_floor,
        coalesce(rules.value_ceiling, setting('value_ceiling'))
            as value_ceiling
    from mart_chosen_scopes as chosen
    left join holding as rules
        on chosen.scope_no = rules.scope_no and rules.place = 1
),

-- Weights count by their share of their sum; the value axis is logarithmic.
prepared as (
    select
        *,
        least(watch_after_days, slow_after_days, dead_after_days)
            as first_after_days,
        red_from_score::double as red_from_points,
        standard_from_score::double as standard_from_points,
        100 * days_weight
        / coalesce(nullif(days_weight + value_weight + reuse_weight, 0), 1)
            as days_points_at_most,
        100 * value_weight
        / coalesce(nullif(days_weight + value_weight + reuse_weight, 0), 1)
            as value_points_at_most,
        100 * reuse_weight
        / coalesce(nullif(days_weight + value_weight + reuse_weight, 0), 1)
            as reuse_points_at_most,
        log10(greatest(value_floor::double, 0.01)) as log_value_floor,
        greatest(
            log10(greatest(value_ceiling::double, 0.01))
            - log10(greatest(value_floor::double, 0.01)),
            0.0001
        ) as log_value_span,
        greatest(dead_after_days - watch_after_days, 1)::double as days_span
    from resolved
)

select * from prepared
