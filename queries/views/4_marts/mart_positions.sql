-- One row per judged day, item and warehouse in the filter: state, score, tier.
-- grain: as_on, item_id, warehouse_id
-- Whether an item is used is judged over the whole company, unless use_scope
-- says warehouse; so is the value in the score: one item, one tier on every
-- page. The past is judged by today's rules, demand and reuse. A state begins
-- on its day: watch_on, slow_on, dead_on (days after the last use, not before
-- grace and exemption are over) and obsolete_on. Score: 100 x (weight x days +
-- weight x value + weight x (1 - reuse)), as three contributions; orphaned or
-- expired is R. Millions of rows are judged at once: a setting is a constant
-- here, text is read only where asked for, and terms are joined by number.
with
window_demand as (
    select
        item_no,
        used_qty
    from fct_item_demand
    where
        from_periods <= setting('window_periods')
        and coalesce(to_periods, setting('window_periods'))
        >= setting('window_periods')
),

exemptions as (
    select
        items.item_no,
        src_exemptions.reason,
        src_exemptions.owner,
        src_exemptions.ends_on
    from src_exemptions
    inner join fct_items as items
        on src_exemptions.item_id = items.item_id
    where setting('exemptions') is not null
),

item_terms as (
    select
        window_demand.item_no,
        window_demand.used_qty,
        exemptions.item_no is not null as is_listed,
        exemptions.reason,
        exemptions.owner,
        exemptions.ends_on
    from window_demand
    left join exemptions
        on window_demand.item_no = exemptions.item_no
),

clocked as (
    select
        * exclude (
            company_seen_on,
            company_received_on,
            company_first_used_on,
            company_used_from_on,
            company_used_qty,
            company_use_basis,
            company_idle_from_on,
            company_known_from_on,
            company_grace_from_on,
            company_lead_ends_on,
            here_idle_from_on,
            here_known_from_on,
            here_grace_from_on,
            here_lead_ends_on,
            value_magnitude,
            item_value_magnitude
        ),
        case
            when steps_back = 0 then setting('as_of')
            else as_on
        end as judged_on,
        case
            when setting('use_scope') = 'warehouse' then here_used_on
            else company_used_on
        end as last_used_on,
        case
            when setting('use_scope') = 'warehouse' then here_used_from_on
            else company_used_from_on
        end as last_used_from_on,
        case
            when setting('use_scope') = 'warehouse' then here_used_qty
            else company_used_qty
        end as last_used_qty,
        case
            when setting('use_scope') = 'warehouse' then here_first_used_on
            else company_first_used_on
        end as first_used_on,
        coalesce(
            case
                when setting('use_scope') = 'warehouse' then here_use_basis
                else company_use_basis
            end, 'none'
        ) as use_basis,
        case
            when setting('use_scope') = 'warehouse' then here_received_on
            else company_received_on
        end as first_received_on,
        case
            when setting('use_scope') = 'warehouse' then here_seen_on
            else company_seen_on
        end as first_seen_on,
        coalesce(
            case
                when setting('use_scope') = 'warehouse' then here_idle_from_on
                else company_idle_from_on
            end, judged_on
        ) as idle_from_on,
        coalesce(
            case
                when setting('use_scope') = 'warehouse' then here_known_from_on
                else company_known_from_on
            end, judged_on
        ) as known_from_on,
        case
            when setting('use_scope') = 'warehouse' then here_grace_from_on
            else company_grace_from_on
        end as grace_from_on,
        case
            when setting('use_scope') = 'warehouse' then here_lead_ends_on
            else company_lead_ends_on
        end as lead_ends_on,
        case
            when setting('use_scope') = 'warehouse' then value
            else item_value
        end as judged_value,
        case
            when setting('use_scope') = 'warehouse' then value_magnitude
            else item_value_magnitude
        end as magnitude
    from fct_judged_positions
    where
        (setting('item') is null or item_id = setting('item'))
        and (
            setting('search') is null
            or contains(lower(item_id), lower(setting('search')))
            or contains(lower(item_name), lower(setting('search')))
        )
),

judged as (
    select
        positions.*,
        scopes.*,
        items.used_qty,
        items.is_listed,
        case
            when positions.is_strategic then 'strategic'
            else items.reason
        end as exempt_reason,
        items.owner as exempt_owner,
        case when not positions.is_strategic then items.ends_on end
            as exempt_ends_on
    from clocked as positions
    inner join mart_scopes as scopes
        on positions.judged_scope_no = scopes.scope_no
    inner join item_terms as items
        on positions.item_no = items.item_no
),

counted as (
    select
        *,
        last_used_on is null as is_never_used,
        judged_on - idle_from_on as days_since_use,
        judged_on - known_from_on as days_known,
        judged_on - grace_from_on < grace_days
        or judged_on < lead_ends_on as is_new,
        case
            when grace_from_on > date '0001-01-01'
                then greatest(grace_from_on + grace_days, lead_ends_on)
        end as grace_ends_on,
        is_strategic
        or (
            setting('exemptions') is not null
            and is_listed
            and coalesce(exempt_ends_on >= judged_on, true)
        ) as is_exempt,
        phased_out_from_on <= judged_on as is_phased_out,
        usable_until_on < judged_on as is_expired,
        setting('window_periods') * setting('days_in_year')
        / setting('periods_in_year') as window_days
    from judged
),

staged as (
    select
        *,
        is_unwanted and days_since_use >= watch_after_days as is_orphaned,
        case when is_unwanted then idle_from_on + watch_after_days end
            as orphaned_on,
        nullif(usable_until_on, date '9999-12-31') as last_expires_on,
        last_expires_on + 1 as expired_on,
        case
            when is_exempt
                then coalesce(exempt_ends_on + 1, date '9999-12-31')
        end as exempt_until_on,
        case
            when days_known >= window_days then window_days
            when days_known <= setting('shortest_history_days')
                then setting('shortest_history_days')
            else days_known
        end as history_days,
        used_qty / history_days as used_qty_per_day,
        case
            when used_qty > 0
                then least(
                    greatest(
                        used_qty_per_day * excess_horizon_days
                        / nullif(item_qty::double, 0),
                        stated_reuse_share
                    ), 1
                )
            else stated_reuse_share
        end as reuse_share,
        days_since_use - watch_after_days as days_over,
        magnitude - log_value_floor as magnitude_over
    from counted
),

needed as (
    select
        *,
        greatest(
            idle_from_on + watch_after_days, grace_ends_on, exempt_until_on
        ) as watch_on,
        greatest(
            idle_from_on + slow_after_days, grace_ends_on, exempt_until_on
        ) as slow_on,
        greatest(
            idle_from_on + dead_after_days, grace_ends_on, exempt_until_on
        ) as dead_on,
        case
            when
                least(phased_out_from_on, orphaned_on, usable_until_on + 1)
                < date '9999-12-31'
                then greatest(
                    least(phased_out_from_on, orphaned_on, usable_until_on + 1),
                    exempt_until_on
                )
        end as obsolete_on,
        is_phased_out or is_orphaned or is_expired as is_obsolete,
        used_qty_per_day
        * (excess_horizon_days + setting('safety_stock_days')) as needed_qty
    from staged
),

weighed as (
    select
        *,
        is_on_hand
        and not is_exempt
        and (
            is_obsolete or (days_since_use >= first_after_days and not is_new)
        ) as is_slow,
        is_current and item_qty + on_order_qty > needed_qty
            as is_over_horizon,
        case
            when days_over >= days_span then days_points_at_most
            when days_over > 0
                then days_points_at_most * (days_over / days_span)
            else 0
        end as days_points,
        case
            when magnitude_over >= log_value_span then value_points_at_most
            when magnitude_over > 0
                then value_points_at_most * (magnitude_over / log_value_span)
            else 0
        end as value_points,
        reuse_points_at_most * (1 - reuse_share) as reuse_points
    from needed
),

stated as (
    select
        *,
        days_points + value_points + reuse_points as score,
        case
            when not is_on_hand or is_exempt then 'healthy'
            when is_obsolete then 'obsolete'
            when judged_on >= dead_on then 'dead'
            when judged_on >= slow_on then 'slow'
            when judged_on >= watch_on then 'watch'
            when is_over_horizon and not is_new then 'excess'
            else 'healthy'
        end as state,
        coalesce(
            date_diff('day', here_used_on, judged_on) >= slow_after_days, true
        )
        and days_since_use < slow_after_days as is_idle_here,
        case
            when not is_on_hand then null
            when judged_on >= obsolete_on then null
            when
                judged_on < watch_on
                and watch_on < coalesce(obsolete_on, date '9999-12-31')
                then watch_on
            when
                judged_on < slow_on
                and slow_on < coalesce(obsolete_on, date '9999-12-31')
                then slow_on
            when
                judged_on < dead_on
                and dead_on < coalesce(obsolete_on, date '9999-12-31')
                then dead_on
            when obsolete_on < date '9999-12-31' then obsolete_on
        end as next_state_on
    from weighed
),

tiered as (
    select
        *,
        case
            when not is_slow then 'none'
            when is_orphaned or is_expired then 'R'
            when score >= red_from_points then 'R'
            when score >= standard_from_points then 'S'
            else 'T'
        end as tier,
        case
            when not is_slow then 'state'
            when is_expired then 'expired'
            when is_orphaned then 'orphaned'
            else 'score'
        end as tier_reason,
        next_state_on - judged_on as days_to_next_state,
        case
            when next_state_on >= obsolete_on then 'obsolete'
            when next_state_on >= dead_on then 'dead'
            when next_state_on >= slow_on then 'slow'
            when next_state_on is not null then 'watch'
        end as next_state,
        case
            when is_slow then value
            when state = 'excess'
                then (
                    value * least(
                        greatest(item_qty - needed_qty, 0)
                        / nullif(item_qty::double, 0), 1
                    )
                )::decimal(28, 8)
            else 0
        end as at_risk_value
    from stated
),

classes as (
    select item_no
    from mart_item_letters
    where
        (setting('abc_class') is not null or setting('xyz_class') is not null)
        and (
            setting('abc_class') is null
            or list_contains(
                string_split(setting('abc_class'), ','), abc_class
            )
        )
        and (
            setting('xyz_class') is null
            or list_contains(
                string_split(setting('xyz_class'), ','), xyz_class
            )
        )
),

classed as (
    select
        tiered.*,
        classes.item_no is not null as is_of_class
    from tiered
    left join classes
        on tiered.item_no = classes.item_no
),

filtered as (
    select
        * exclude (
            is_of_class,
            has_bins,
            judged_scope_no,
            place_id,
            warehouse_level,
            is_on_hand,
            is_listed,
            is_unwanted,
            is_obsolete,
            days_over,
            magnitude,
            magnitude_over,
            stated_reuse_share,
            grace_from_on,
            lead_ends_on,
            exempt_until_on,
            phased_out_from_on,
            usable_until_on,
            first_after_days,
            red_from_points,
            standard_from_points,
            days_points_at_most,
            value_points_at_most,
            reuse_points_at_most,
            log_value_floor,
            log_value_span,
            days_span,
            days_weight,
            value_weight,
            reuse_weight,
            value_floor,
            value_ceiling
        )
    from classed
    where
        (
            setting('abc_class') is null
            and setting('xyz_class') is null
            or is_of_class
        )
        and (
            setting('tier') is null
            or list_contains(string_split(setting('tier'), ','), tier)
        )
        and (
            setting('state') is null
            or list_contains(string_split(setting('state'), ','), state)
        )
        and (
            setting('supplier') is null
            or setting('supplier') = coalesce(supplier_id, '=')
            or list_contains(
                string_split(setting('supplier'), ','),
                coalesce(supplier_id, '=')
            )
        )
)

select * from filtered
