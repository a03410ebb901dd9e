-- One row per judged day, item and warehouse in the filter: its state, its score and its tier.
-- grain: as_on, item_id, warehouse_id
-- Whether an item is used is judged over the whole company, unless use_scope says
-- warehouse; so is the value in the score: one item, one tier on every page.
-- Score: 100 x (weight x days + weight x value + weight x (1 - reuse)).
with
settings as (
    select * from src_settings
),

warehouses as (
    select dim_warehouse.*
    from dim_warehouse
    cross join settings
    where
        (
            settings.warehouse is null
            or list_has_any(
                string_split(trim(dim_warehouse.path, '>'), '>'),
                string_split(settings.warehouse, ',')
            )
        )
        and (
            settings.region is null
            or list_contains(
                string_split(settings.region, ','), dim_warehouse.region
            )
        )
),

items as (
    select dim_item.*
    from dim_item
    cross join settings
    where
        (
            settings.category is null
            or list_has_any(
                list_transform(
                    string_split(settings.category, ','),
                    lambda c: (
                        coalesce(dim_item.category, '') = c
                        or starts_with(coalesce(dim_item.category, ''), c || '/')
                    )
                ),
                [true]
            )
        )
        and (
            settings.material_type is null
            or list_contains(
                string_split(settings.material_type, ','),
                dim_item.material_type
            )
        )
        and (settings.item is null or dim_item.item_id = settings.item)
        and (
            settings.search is null
            or contains(lower(dim_item.item_id), lower(settings.search))
            or contains(lower(dim_item.name), lower(settings.search))
        )
),

item_dates as (
    select
        as_on,
        item_id,
        min(first_seen_on) as first_seen_on,
        min(first_received_on) as first_received_on,
        max(last_used_on) as last_used_on
    from fct_movement_dates
    group by as_on, item_id
),

item_values as (
    select
        as_on,
        item_id,
        sum(value) as value,
        sum(qty) as qty
    from fct_positions
    group by as_on, item_id
),

item_demand as (
    select
        periods.item_id,
        sum(periods.used_qty) as used_qty
    from fct_demand_periods as periods
    cross join settings
    where periods.period_no * 30 < settings.demand_window_days
    group by periods.item_id
),

on_order as (
    select
        src_purchase_orders.item_id,
        sum(src_purchase_orders.open_qty) as open_qty
    from src_purchase_orders
    cross join settings
    where
        src_purchase_orders.ordered_on <= settings.facts_on
        and coalesce(src_purchase_orders.status, 'open') = 'open'
    group by src_purchase_orders.item_id
),

located as (
    select
        positions.as_on,
        positions.item_id,
        positions.warehouse_id,
        positions.qty,
        positions.unit_cost,
        positions.value,
        items.name as item_name,
        items.category,
        items.material_type,
        items.unit,
        items.supplier_id,
        items.buyer,
        items.volume_m3,
        items.status as item_status,
        items.phase_out_on,
        items.successor_id,
        items.lead_time_days,
        items.is_strategic as is_exempt,
        warehouses.name as warehouse_name,
        warehouses.path as warehouse_path,
        warehouses.region,
        warehouses.organisation,
        warehouses.kind as warehouse_kind,
        case
            when positions.as_on = settings.facts_on then settings.as_of
            else positions.as_on
        end as judged_on,
        positions.as_on = settings.facts_on as is_current
    from fct_positions as positions
    inner join items
        on positions.item_id = items.item_id
    inner join warehouses
        on positions.warehouse_id = warehouses.warehouse_id
    cross join settings
),

dated as (
    select
        located.*,
        here.last_used_on as here_used_on,
        here.last_received_on,
        here.last_moved_on,
        item_dates.last_used_on as company_used_on,
        item_values.value as item_value,
        item_values.qty as item_qty,
        case
            when settings.use_scope = 'warehouse' then here.last_used_on
            else item_dates.last_used_on
        end as last_used_on,
        case
            when settings.use_scope = 'warehouse' then here.first_received_on
            else item_dates.first_received_on
        end as first_received_on,
        case
            when settings.use_scope = 'warehouse' then here.first_seen_on
            else item_dates.first_seen_on
        end as first_seen_on,
        case
            when settings.use_scope = 'warehouse' then located.value
            else item_values.value
        end as judged_value
    from located
    left join fct_movement_dates as here
        on
            located.as_on = here.as_on
            and located.item_id = here.item_id
            and located.warehouse_id = here.warehouse_id
    left join item_dates
        on
            located.as_on = item_dates.as_on
            and located.item_id = item_dates.item_id
    left join item_values
        on
            located.as_on = item_values.as_on
            and located.item_id = item_values.item_id
    cross join settings
),

clocked as (
    select
        *,
        last_used_on is null as is_never_used,
        date_diff(
            'day',
            coalesce(
                last_used_on,
                least(first_received_on, first_seen_on),
                judged_on
            ),
            judged_on
        ) as days_since_use,
        date_diff(
            'day',
            coalesce(least(first_received_on, first_seen_on), judged_on),
            judged_on
        ) as days_known
    from dated
),

judged as (
    select
        clocked.*,
        coalesce(
            clocked.first_received_on is not null
            and clocked.days_known < greatest(
                settings.grace_days, coalesce(clocked.lead_time_days, 0)
            ),
            false
        ) as is_new,
        coalesce(
            clocked.item_status = 'obsolete'
            or clocked.phase_out_on <= clocked.judged_on
            or (
                clocked.item_status = 'phase_out'
                and clocked.phase_out_on is null
            ),
            false
        ) as is_phased_out,
        clocked.is_current
        and clocked.item_qty + coalesce(on_order.open_qty, 0)
        > coalesce(item_demand.used_qty, 0)
        * settings.excess_horizon_days
        / greatest(
            least(settings.demand_window_days, clocked.days_known), 30
        ) as is_over_horizon
    from clocked
    left join item_demand
        on clocked.item_id = item_demand.item_id
    left join on_order
        on clocked.item_id = on_order.item_id
    cross join settings
),

stated as (
    select
        judged.*,
        case
            when judged.is_exempt or judged.qty <= 0 then 'healthy'
            when judged.is_phased_out then 'obsolete'
            when
                not judged.is_new
                and judged.days_since_use >= settings.dead_after_days
                then 'dead'
            when
                not judged.is_new
                and judged.days_since_use >= settings.slow_after_days
                then 'slow'
            when
                not judged.is_new
                and judged.days_since_use >= settings.watch_after_days
                then 'watch'
            when judged.is_over_horizon and not judged.is_new then 'excess'
            else 'healthy'
        end as state,
        date_diff(
            'day', coalesce(judged.here_used_on, date '1900-01-01'),
            judged.judged_on
        ) >= settings.slow_after_days
        and judged.days_since_use < settings.slow_after_days
            as is_idle_here
    from judged
    cross join settings
),

scored as (
    select
        stated.*,
        coalesce(mart_item_reuse.reuse_share, 0) as reuse_share,
        100 * settings.days_weight::double * least(
            greatest(
                (stated.days_since_use - settings.watch_after_days)::double
                / greatest(
                    settings.dead_after_days - settings.watch_after_days, 1
                ),
                0
            ),
            1
        ) as days_points,
        100 * settings.value_weight::double * least(
            greatest(
                (
                    log10(greatest(stated.judged_value::double, 0.01))
                    - log10(greatest(settings.value_floor::double, 0.01))
                )
                / greatest(
                    log10(greatest(settings.value_ceiling::double, 0.01))
                    - log10(greatest(settings.value_floor::double, 0.01)),
                    0.0001
                ),
                0
            ),
            1
        ) as value_points,
        100 * settings.reuse_weight::double
        * (1 - coalesce(mart_item_reuse.reuse_share, 0)) as reuse_points
    from stated
    left join mart_item_reuse
        on stated.item_id = mart_item_reuse.item_id
    cross join settings
),

tiered as (
    select
        scored.*,
        scored.days_points + scored.value_points + scored.reuse_points
            as score,
        scored.state in ('obsolete', 'dead', 'slow', 'watch') as is_slow,
        case
            when scored.state not in ('obsolete', 'dead', 'slow', 'watch')
                then 'none'
            when
                scored.days_points + scored.value_points + scored.reuse_points
                >= settings.red_from_score
                then 'R'
            when
                scored.days_points + scored.value_points + scored.reuse_points
                >= settings.standard_from_score
                then 'S'
            else 'T'
        end as tier,
        case
            when scored.days_since_use < settings.watch_after_days
                then settings.watch_after_days - scored.days_since_use
            when scored.days_since_use < settings.slow_after_days
                then settings.slow_after_days - scored.days_since_use
            when scored.days_since_use < settings.dead_after_days
                then settings.dead_after_days - scored.days_since_use
        end as days_to_next_state
    from scored
    cross join settings
),

filtered as (
    select tiered.*
    from tiered
    cross join settings
    where
        (
            settings.tier is null
            or list_contains(string_split(settings.tier, ','), tiered.tier)
        )
        and (
            settings.state is null
            or list_contains(string_split(settings.state, ','), tiered.state)
        )
)

select * from filtered
