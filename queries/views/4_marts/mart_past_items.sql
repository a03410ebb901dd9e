-- One row per day of the back-test and item in the filter: what each rule says.
-- grain: as_on, item_id, place_id
-- As of that day, by what was known then; only the item list is as it is now.
-- A flag is null where its method does not apply. count: unused for the tested
-- threshold; classes: no use at all (N), or little and irregular (C and Z);
-- turnover: longer than supply_limit_days, not for intermittent use;
-- life_cycle: phased out, or use ended or fell; combined: as many of these as
-- combined_from_methods says. is_unused is the truth: no real use within the
-- horizon, null while that is not over. New, strategic and exempted items are
-- not judged. Filters of items hold; those of places only where use is judged
-- by warehouse.
with
exemptions as (
    select
        item_id,
        ends_on
    from src_exemptions
    where setting('exemptions') is not null
),

chosen as (
    select
        items.item_id,
        items.item_name,
        items.phase_out_on
    from fct_items as items
    inner join mart_chosen_items as named
        on items.item_id = named.item_id
    where not items.is_strategic
),

judged as (
    select
        past.*,
        chosen.item_name,
        coalesce(origins.part, 'today') as part,
        past.as_on - past.idle_from_on as idle_days,
        chosen.phase_out_on <= past.as_on as is_phased_out,
        past.history_periods >= setting('history_periods') as is_known_enough,
        case
            when past.used_value <= 0 then 'N'
            when
                past.used_value_before
                < setting('abc_a_until') * past.used_value_total
                then 'A'
            when
                past.used_value_before
                < setting('abc_b_until') * past.used_value_total
                then 'B'
            else 'C'
        end as abc_class,
        past.cv > setting('xyz_y_until') as is_irregular,
        coalesce(past.adi < setting('intermittent_from_adi'), false)
            as is_turnover_applicable,
        case
            when
                past.as_on + setting('backtest_horizon_days')
                <= setting('facts_on')
                then coalesce(
                    past.next_used_on
                    > past.as_on + setting('backtest_horizon_days'), true
                )
        end as is_unused
    from fct_past_items as past
    inner join chosen
        on past.item_id = chosen.item_id
    left join mart_backtest_origins as origins
        on past.as_on = origins.as_on
    left join exemptions
        on
            past.item_id = exemptions.item_id
            and coalesce(past.as_on <= exemptions.ends_on, true)
    left join mart_chosen_places as places
        on past.place_id = places.warehouse_id
    where
        (origins.part is not null or past.origin_no = 0)
        and exemptions.item_id is null
        and (
            setting('use_scope') = 'company'
            or places.warehouse_id is not null
        )
        and coalesce(
            past.as_on - past.grace_from_on >= setting('grace_days'), true
        )
),

flagged as (
    select
        *,
        idle_days >= setting('tested_days') as is_count_flagged,
        case
            when abc_class = 'N' or is_known_enough
                then
                    abc_class = 'N'
                    or (abc_class = 'C' and coalesce(is_irregular, false))
        end as is_classes_flagged,
        case
            when is_turnover_applicable
                then coalesce(
                    turnover_days >= setting('supply_limit_days'), false
                )
        end as is_turnover_flagged,
        case
            when coalesce(is_phased_out, false) then true
            when is_known_enough
                then
                    used_qty <= 0
                    or newer_qty
                    < setting('phase_out_share') * (used_qty - newer_qty)
        end as is_life_cycle_flagged
    from judged
),

combined as (
    select
        *,
        is_count_flagged::integer
        + coalesce(is_classes_flagged, false)::integer
        + coalesce(is_turnover_flagged, false)::integer
        + coalesce(is_life_cycle_flagged, false)::integer
        >= setting('combined_from_methods') as is_combined_flagged
    from flagged
),

named as (
    select
        as_on,
        origin_no,
        part,
        item_id,
        item_name,
        place_id,
        qty,
        value,
        idle_days,
        prior_idle_days,
        turnover_days,
        prior_turnover_days,
        abc_class,
        is_turnover_applicable,
        is_count_flagged,
        is_classes_flagged,
        is_turnover_flagged,
        is_life_cycle_flagged,
        is_combined_flagged,
        is_unused
    from combined
)

select * from named
