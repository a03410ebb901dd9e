-- One row per judged day, item and warehouse in the filter: state, score, tier.
-- grain: as_on, item_id, warehouse_id
-- Whether an item is used is judged over the whole company, unless use_scope
-- says warehouse; so is the value in the score: one item, one tier on every
-- page. The past is judged by today's rules, demand and reuse. A state begins
-- on its day: watch_on, slow_on, dead_on (days after the last use, not before
-- grace and exemption are over) and obsolete_on. Score: 100 x (weight x days +
-- weight x value + weight x (1 - reuse)), as three contributions; orphaned or
-- expired is R.
with
settings as (
    select * from src_settings
),

window_demand as (
    select
        demand.item_no,
        demand.used_qty
    from fct_item_demand as demand
    cross join settings
    where
        demand.from_periods <= settings.window_periods
        and coalesce(demand.to_periods, settings.window_periods)
        >= settings.window_periods
),

judged as (
    select
        positions.*,
        scopes.*,
        settings.use_scope = 'warehouse' as is_judged_here,
        case
            when positions.is_current then settings.as_of else positions.as_on
        end as judged_on,
        settings.window_periods * settings.days_in_year
        / settings.periods_in_year as window_days,
        settings.shortest_history_days,
        settings.safety_stock_days,
        string_split(settings.tier, ',') as tiers_asked,
        string_split(settings.state, ',') as states_asked,
        coalesce(window_demand.used_qty, 0) as used_qty,
        positions.is_strategic
        or (
            exemptions.item_id is not null
            and coalesce(
                exemptions.ends_on >= case
                    when positions.is_current then settings.as_of
                    else positions.as_on
                end,
                true
            )
        ) as is_exempt,
        case
            when positions.is_strategic then 'strategic'
            else exemptions.reason
        end as exempt_reason,
        exemptions.owner as exempt_owner,
        case when not positions.is_strategic then exemptions.ends_on end
            as exempt_ends_on
    from fct_judged_positions as positions
    cross join settings
    inner join mart_scopes as scopes
        on positions.judged_scope_no = scopes.scope_no
    left join window_demand
        on positions.item_no = window_demand.item_no
    left join src_exemptions as exemptions
        on positions.item_id = exemptions.item_id
    where
        (settings.item is null or positions.item_id = settings.item)
        and (
            settings.search is null
            or contains(lower(positions.item_id), lower(settings.search))
            or contains(lower(positions.item_name), lower(settings.search))
        )
),

dated as (
    select
        *,
        case when is_judged_here then here_used_on else company_used_on end
            as last_used_on,
        case
            when is_judged_here then here_used_from_on
            else company_used_from_on
        end as last_used_from_on,
        case when is_judged_here then here_used_qty else company_used_qty end
            as last_used_qty,
        case
            when is_judged_here then here_first_used_on
            else company_first_used_on
        end as first_used_on,
        case
            when is_judged_here then here_use_basis else company_use_basis
        end as known_use_basis,
        case
            when is_judged_here then here_received_on
            else company_received_on
        end as first_received_on,
        case when is_judged_here then here_seen_on else company_seen_on end
            as first_seen_on,
        case when is_judged_here then value else item_value end
            as judged_value
    from judged
),

clocked as (
    select
        *,
        last_used_on is null as is_never_used,
        coalesce(known_use_basis, 'none') as use_basis,
        coalesce(
            last_used_on, least(first_received_on, first_seen_on), judged_on
        ) as idle_from_on,
        coalesce(least(first_received_on, first_seen_on), judged_on)
            as known_from_on,
        case
            when first_received_on <= first_seen_on
                then
                    first_received_on
                    + greatest(grace_days, coalesce(lead_time_days, 0))::integer
        end as grace_ends_on,
        case
            when is_exempt
                then coalesce(exempt_ends_on + 1, date '9999-12-31')
        end as exempt_until_on
    from dated
),

staged as (
    select
        *,
        date_diff('day', idle_from_on, judged_on) as days_since_use,
        date_diff('day', known_from_on, judged_on) as days_known,
        greatest(
            least(window_days, date_diff('day', known_from_on, judged_on)),
            shortest_history_days
        ) as history_days,
        coalesce(judged_on < grace_ends_on, false) as is_new,
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
                item_status = 'obsolete'
                or (item_status = 'phase_out' and phase_out_on is null)
                then date '1900-01-01'
            else phase_out_on
        end as phased_out_from_on,
        case
            when is_orphan and ordered_qty <= 0
                then idle_from_on + watch_after_days
        end as orphaned_on,
        last_expires_on + 1 as expired_on
    from clocked
),

needed as (
    select
        *,
        coalesce(phased_out_from_on <= judged_on, false) as is_phased_out,
        coalesce(orphaned_on <= judged_on, false) as is_orphaned,
        coalesce(expired_on <= judged_on, false) as is_expired,
        case
            when
                coalesce(phased_out_from_on, orphaned_on, expired_on)
                is not null
                then greatest(
                    least(phased_out_from_on, orphaned_on, expired_on),
                    exempt_until_on
                )
        end as obsolete_on,
        used_qty / history_days as used_qty_per_day,
        used_qty / history_days * (excess_horizon_days + safety_stock_days)
            as needed_qty
    from staged
),

weighed as (
    select
        *,
        is_current and item_qty + on_order_qty > needed_qty
            as is_over_horizon,
        coalesce(
            least(
                greatest(
                    used_qty / history_days * excess_horizon_days
                    / nullif(item_qty::double, 0),
                    ordered_qty / nullif(item_qty::double, 0),
                    case when has_live_substitution then 0.5 else 0 end,
                    return_share,
                    0
                ),
                1
            ),
            0
        ) as reuse_share
    from needed
),

stated as (
    select
        *,
        case
            when qty <= 0 or is_exempt then 'healthy'
            when judged_on >= obsolete_on then 'obsolete'
            when judged_on >= dead_on then 'dead'
            when judged_on >= slow_on then 'slow'
            when judged_on >= watch_on then 'watch'
            when is_over_horizon and not is_new then 'excess'
            else 'healthy'
        end as state,
        case
            when qty <= 0 then null
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
            else obsolete_on
        end as next_on,
        days_points_at_most * least(
            greatest((days_since_use - watch_after_days) / days_span, 0), 1
        ) as days_points,
        value_points_at_most * least(
            greatest(
                (log10(greatest(judged_value::double, 0.01)) - log_value_floor)
                / log_value_span,
                0
            ),
            1
        ) as value_points,
        reuse_points_at_most * (1 - reuse_share) as reuse_points
    from weighed
),

scored as (
    select
        *,
        days_points + value_points + reuse_points as score,
        state in ('obsolete', 'dead', 'slow', 'watch') as is_slow,
        case when next_on < date '9999-12-31' then next_on end as next_state_on,
        coalesce(
            date_diff('day', here_used_on, judged_on) >= slow_after_days, true
        )
        and days_since_use < slow_after_days as is_idle_here
    from stated
),

tiered as (
    select
        *,
        case
            when not is_slow then 'none'
            when is_orphaned or is_expired then 'R'
            when score >= red_from_score then 'R'
            when score >= standard_from_score then 'S'
            else 'T'
        end as tier,
        case
            when not is_slow then 'state'
            when is_expired then 'expired'
            when is_orphaned then 'orphaned'
            else 'score'
        end as tier_reason,
        date_diff('day', judged_on, next_state_on) as days_to_next_state,
        case
            when next_state_on >= obsolete_on then 'obsolete'
            when next_state_on >= dead_on then 'dead'
            when next_state_on >= slow_on then 'slow'
            when next_state_on is not null then 'watch'
        end as next_state,
        case
            when is_slow then value
            when state = 'excess'
                then value * least(
                    greatest(item_qty - needed_qty, 0)
                    / nullif(item_qty::double, 0), 1
                )
            else 0
        end::decimal(28, 8) as at_risk_value
    from scored
),

filtered as (
    select
        * exclude (
            warehouse_level,
            is_judged_here,
            item_no,
            judged_scope_no,
            place_id,
            next_on,
            exempt_until_on,
            phased_out_from_on,
            company_seen_on,
            company_received_on,
            company_first_used_on,
            company_used_from_on,
            company_used_qty,
            company_use_basis,
            known_use_basis,
            shortest_history_days,
            safety_stock_days,
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
            value_ceiling,
            tiers_asked,
            states_asked
        )
    from tiered
    where
        (tiers_asked is null or list_contains(tiers_asked, tier))
        and (states_asked is null or list_contains(states_asked, state))
)

select * from filtered
