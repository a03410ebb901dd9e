-- One row per judged day, item and warehouse: all that a policy judges it by.
-- grain: as_on, item_id, warehouse_id
-- kept open
-- No threshold is in here, so that another policy only reads this again. What
-- is on order or expires is known for the newest day only; what was transferred
-- is since the judged day before. company_ is judged over the whole company,
-- here_ in this warehouse alone: idle_from_on is the last use, else when the
-- item was first known; grace_from_on the first receipt, if nothing was seen
-- before it. Every position is compared with these days: one that never was is
-- 0001-01-01, one that never comes 9999-12-31, for nulls take longer.
with
settings as (
    select * from src_settings
),

here_dates as (
    select
        *,
        least(first_received_on, first_seen_on) as known_from_on,
        case
            when first_received_on <= first_seen_on then first_received_on
            else date '0001-01-01'
        end as grace_from_on,
        max(last_used_on) over (partition by as_on, item_id)
            as company_used_on
    from fct_movement_dates
),

item_dates as (
    select
        as_on,
        item_id,
        min(first_seen_on) as first_seen_on,
        min(first_received_on) as first_received_on,
        min(first_used_on) as first_used_on,
        max(last_used_on) as last_used_on,
        min(case when last_used_on = company_used_on then last_used_from_on end)
            as last_used_from_on,
        cast(
            sum(case when last_used_on = company_used_on then last_used_qty end)
            as decimal(18, 4)
        ) as last_used_qty,
        min(case when last_used_on = company_used_on then use_basis end)
            as use_basis,
        least(min(first_received_on), min(first_seen_on)) as known_from_on,
        case
            when min(first_received_on) <= min(first_seen_on)
                then min(first_received_on)
            else date '0001-01-01'
        end as grace_from_on
    from here_dates
    group by as_on, item_id
),

item_values as (
    select
        as_on,
        item_id,
        cast(sum(value) as decimal(28, 8)) as item_value,
        cast(sum(qty) as decimal(18, 4)) as item_qty
    from fct_positions
    group by as_on, item_id
),

expiries as (
    select
        item_id,
        warehouse_id,
        case
            when count(*) = count(expires_on) then max(expires_on)
        end as last_expires_on
    from fct_lots
    group by item_id, warehouse_id
),

transfers as (
    select
        item_id,
        warehouse_id,
        qty
    from fct_recent_flows
    where reason = 'transfers'
),

joined as (
    select
        positions.as_on,
        positions.as_on = settings.facts_on as is_current,
        scopes.scope_no as judged_scope_no,
        items.item_no,
        positions.item_id,
        positions.warehouse_id,
        positions.qty,
        positions.unit_cost,
        positions.value,
        positions.debt_qty,
        calendar.steps_back,
        positions.qty > 0 as is_on_hand,
        case
            when calendar.steps_back <= 1 then transfers.qty
        end as transferred_qty,
        item_values.item_qty,
        item_values.item_value,
        items.item_name,
        items.unit,
        items.supplier_id,
        items.buyer,
        items.volume_m3,
        items.price,
        items.item_status,
        items.phase_out_on,
        items.successor_id,
        items.lead_time_days,
        items.is_strategic,
        items.is_orphan,
        items.on_order_qty,
        items.ordered_qty,
        items.has_live_substitution,
        items.return_share,
        here.first_seen_on as here_seen_on,
        here.first_received_on as here_received_on,
        here.last_received_on,
        here.last_moved_on,
        here.first_used_on as here_first_used_on,
        here.last_used_on as here_used_on,
        here.last_used_from_on as here_used_from_on,
        here.last_used_qty as here_used_qty,
        here.use_basis as here_use_basis,
        item_dates.first_seen_on as company_seen_on,
        item_dates.first_received_on as company_received_on,
        item_dates.first_used_on as company_first_used_on,
        item_dates.last_used_on as company_used_on,
        item_dates.last_used_from_on as company_used_from_on,
        item_dates.last_used_qty as company_used_qty,
        item_dates.use_basis as company_use_basis,
        here.known_from_on as here_known_from_on,
        coalesce(here.last_used_on, here.known_from_on) as here_idle_from_on,
        coalesce(here.grace_from_on, date '0001-01-01') as here_grace_from_on,
        coalesce(
            here.grace_from_on
            + cast(coalesce(items.lead_time_days, 0) as integer),
            date '0001-01-01'
        ) as here_lead_ends_on,
        item_dates.known_from_on as company_known_from_on,
        coalesce(item_dates.last_used_on, item_dates.known_from_on)
            as company_idle_from_on,
        coalesce(item_dates.grace_from_on, date '0001-01-01')
            as company_grace_from_on,
        coalesce(
            item_dates.grace_from_on
            + cast(coalesce(items.lead_time_days, 0) as integer),
            date '0001-01-01'
        ) as company_lead_ends_on,
        case
            when
                items.item_status = 'obsolete'
                or (
                    items.item_status = 'phase_out'
                    and items.phase_out_on is null
                )
                then date '1900-01-01'
            else coalesce(items.phase_out_on, date '9999-12-31')
        end as phased_out_from_on,
        items.is_orphan and items.ordered_qty <= 0 as is_unwanted,
        log10(greatest(cast(positions.value as double), 0.01))
            as value_magnitude,
        log10(greatest(cast(item_values.item_value as double), 0.01))
            as item_value_magnitude,
        least(
            greatest(
                items.ordered_qty
                / nullif(cast(item_values.item_qty as double), 0),
                case when items.has_live_substitution then 0.5 else 0 end,
                items.return_share,
                0
            ), 1
        ) as stated_reuse_share,
        case
            when positions.as_on = settings.facts_on
                then coalesce(expiries.last_expires_on, date '9999-12-31')
            else date '9999-12-31'
        end as usable_until_on
    from fct_positions as positions
    cross join settings
    inner join fct_calendar as calendar
        on positions.as_on = calendar.as_on
    inner join fct_items as items
        on positions.item_id = items.item_id
    inner join fct_scopes as scopes
        on
            positions.warehouse_id = scopes.place_id
            and coalesce(items.category, '') = coalesce(scopes.category, '')
            and coalesce(items.material_type, '')
            = coalesce(scopes.material_type, '')
    inner join item_values
        on
            positions.as_on = item_values.as_on
            and positions.item_id = item_values.item_id
    left join here_dates as here
        on
            positions.as_on = here.as_on
            and positions.item_id = here.item_id
            and positions.warehouse_id = here.warehouse_id
    left join item_dates
        on
            positions.as_on = item_dates.as_on
            and positions.item_id = item_dates.item_id
    left join expiries
        on
            positions.item_id = expiries.item_id
            and positions.warehouse_id = expiries.warehouse_id
    left join transfers
        on
            positions.item_id = transfers.item_id
            and positions.warehouse_id = transfers.warehouse_id
),

newest_first as (
    select *
    from joined
    order by as_on desc, item_no asc
)

select * from newest_first
