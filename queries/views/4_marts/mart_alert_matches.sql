-- One row per item, warehouse or category that the alert's rule names today.
-- grain: entity
-- In each alternative the conditions on codes and days choose stock on hand,
-- then those on money look at what was chosen of an entity together; value is
-- the money of all that some alternative holds. age_days: of the oldest layer;
-- days_to_expiry: of the first lot; data_age_days: from the newest snapshot or
-- posting of the warehouse up to checked_on. places are the warehouses with
-- those above them.
with
conditions as (
    select * from src_alert_conditions
),

money_limits as (
    select
        alternative_no,
        max(at_least) as at_least,
        min(at_most) as at_most
    from conditions
    where measure = 'value'
    group by alternative_no
),

day_limits as (
    select
        alternative_no,
        bool_or(measure = 'days_since_use') as has_use,
        max(at_least) filter (where measure = 'days_since_use') as use_from,
        min(at_most) filter (where measure = 'days_since_use') as use_to,
        bool_or(measure = 'age_days') as has_age,
        max(at_least) filter (where measure = 'age_days') as age_from,
        min(at_most) filter (where measure = 'age_days') as age_to,
        bool_or(measure = 'days_to_next_state') as has_next,
        max(at_least) filter (where measure = 'days_to_next_state')
            as next_from,
        min(at_most) filter (where measure = 'days_to_next_state') as next_to,
        bool_or(measure = 'days_to_expiry') as has_expiry,
        max(at_least) filter (where measure = 'days_to_expiry')
            as expiry_from,
        min(at_most) filter (where measure = 'days_to_expiry') as expiry_to,
        bool_or(measure = 'data_age_days') as has_data,
        max(at_least) filter (where measure = 'data_age_days') as data_from,
        min(at_most) filter (where measure = 'data_age_days') as data_to,
        any_value(entity) as entity_kind,
        any_value(codes) filter (where measure = 'tier') as tiers,
        any_value(is_not) filter (where measure = 'tier') as is_not_tiers,
        any_value(codes) filter (where measure = 'state') as states,
        any_value(is_not) filter (where measure = 'state') as is_not_states,
        any_value(codes) filter (where measure = 'abc_class') as abc_classes,
        any_value(is_not) filter (where measure = 'abc_class') as is_not_abc,
        any_value(codes) filter (where measure = 'xyz_class') as xyz_classes,
        any_value(is_not) filter (where measure = 'xyz_class') as is_not_xyz,
        any_value(codes) filter (where measure = 'warehouse') as warehouses,
        any_value(is_not) filter (where measure = 'warehouse')
            as is_not_warehouses,
        any_value(codes) filter (where measure = 'category') as categories,
        any_value(is_not) filter (where measure = 'category')
            as is_not_categories
    from conditions
    group by alternative_no
),

chosen_scopes as (
    select
        scopes.scope_no,
        scopes.warehouse_path,
        limits.*
    from mart_chosen_scopes as scopes
    inner join day_limits as limits
        on
            (
                limits.warehouses is null
                or list_has_any(
                    list_prepend(
                        concat('=', scopes.place_id),
                        string_split(trim(scopes.warehouse_path, '>'), '>')
                    ), limits.warehouses
                ) <> limits.is_not_warehouses
            )
            and (
                limits.categories is null
                or (
                    len(
                        list_filter(
                            limits.categories,
                            lambda path: starts_with(
                                concat(scopes.category, '/'),
                                concat(path, '/')  -- noqa: RF02
                            )
                            or path  -- noqa: RF02
                            = concat('=', coalesce(scopes.category, ''))
                        )
                    ) > 0
                ) <> limits.is_not_categories
            )
),

asked as (
    select
        bool_or(has_age) as has_age,
        bool_or(has_expiry) as has_expiry,
        bool_or(has_data) as has_data,
        bool_or(coalesce(abc_classes, xyz_classes) is not null) as has_classes
    from day_limits
),

ages as (
    select
        layers.item_no,
        layers.scope_no,
        setting('as_of') - min(layers.aged_from_on) as age_days
    from fct_placed_layers as layers
    inner join asked
        on asked.has_age
    group by layers.item_no, layers.scope_no
),

expiries as (
    select
        lots.item_id,
        lots.warehouse_id,
        min(lots.expires_on) - setting('as_of') as days_to_expiry
    from fct_lots as lots
    inner join asked
        on asked.has_expiry
    where lots.qty > 0
    group by lots.item_id, lots.warehouse_id
),

letters as (
    select letters.*
    from mart_item_letters as letters
    inner join asked
        on asked.has_classes
),

snapshots as (
    select
        stock.warehouse_id,
        max(stock.snapshot_on) as newest_on
    from stg_stock as stock
    inner join asked
        on asked.has_data
    where stock.snapshot_on <= setting('facts_on')
    group by stock.warehouse_id
),

stock as (
    select *
    from mart_positions
    where
        steps_back = 0
        and qty > 0
        and setting('alert') is not null
),

postings as (
    select
        stock.warehouse_id,
        max(stock.last_moved_on) as newest_on
    from stock
    inner join asked
        on asked.has_data
    group by stock.warehouse_id
),

data_ages as (
    select
        warehouse_id,
        setting('checked_on') - max(newest_on) as data_age_days
    from (
        select
            warehouse_id,
            newest_on
        from snapshots
        union all
        select
            warehouse_id,
            newest_on
        from postings
    ) as both_ways
    group by warehouse_id
),

chosen as (
    select
        limits.alternative_no,
        limits.entity_kind,
        limits.warehouse_path,
        stock.item_no,
        stock.scope_no,
        stock.item_id,
        stock.item_name,
        stock.warehouse_id,
        stock.category,
        stock.buyer,
        stock.value,
        stock.days_since_use,
        case limits.entity_kind
            when 'item' then stock.item_id
            when 'warehouse' then stock.warehouse_id
            else coalesce(stock.category, '')
        end as code
    from stock
    inner join chosen_scopes as limits
        on stock.scope_no = limits.scope_no
    left join ages
        on stock.item_no = ages.item_no and stock.scope_no = ages.scope_no
    left join expiries
        on
            stock.item_id = expiries.item_id
            and stock.warehouse_id = expiries.warehouse_id
    left join letters
        on stock.item_no = letters.item_no
    left join data_ages
        on stock.warehouse_id = data_ages.warehouse_id
    where
        (
            not limits.has_use
            or stock.days_since_use between
            coalesce(limits.use_from, stock.days_since_use)
            and coalesce(limits.use_to, stock.days_since_use)
        )
        and (
            not limits.has_age
            or ages.age_days between
            coalesce(limits.age_from, ages.age_days)
            and coalesce(limits.age_to, ages.age_days)
        )
        and (
            not limits.has_next
            or stock.days_to_next_state between
            coalesce(limits.next_from, stock.days_to_next_state)
            and coalesce(limits.next_to, stock.days_to_next_state)
        )
        and (
            not limits.has_expiry
            or expiries.days_to_expiry between
            coalesce(limits.expiry_from, expiries.days_to_expiry)
            and coalesce(limits.expiry_to, expiries.days_to_expiry)
        )
        and (
            not limits.has_data
            or data_ages.data_age_days between
            coalesce(limits.data_from, data_ages.data_age_days)
            and coalesce(limits.data_to, data_ages.data_age_days)
        )
        and (
            limits.tiers is null
            or list_contains(limits.tiers, stock.tier) <> limits.is_not_tiers
        )
        and (
            limits.states is null
            or list_contains(limits.states, stock.state)
            <> limits.is_not_states
        )
        and (
            limits.abc_classes is null
            or list_contains(limits.abc_classes, letters.abc_class)
            <> limits.is_not_abc
        )
        and (
            limits.xyz_classes is null
            or list_contains(limits.xyz_classes, letters.xyz_class)
            <> limits.is_not_xyz
        )
),

held as (
    select
        chosen.alternative_no,
        chosen.code
    from chosen
    left join money_limits as limits
        on chosen.alternative_no = limits.alternative_no
    group by
        chosen.alternative_no, chosen.code, limits.at_least, limits.at_most
    having
        sum(chosen.value) >= coalesce(limits.at_least, sum(chosen.value))
        and sum(chosen.value) <= coalesce(limits.at_most, sum(chosen.value))
),

kept as (
    select distinct chosen.* exclude (alternative_no)  -- noqa: RF02
    from chosen
    inner join held
        on
            chosen.alternative_no = held.alternative_no
            and chosen.code = held.code
),

matched as (
    select
        concat(entity_kind, ':', code) as entity,
        entity_kind,
        code,
        sum(value) as value,
        count(distinct item_no) as item_count,
        count(*) as position_count,
        max(days_since_use) as days_since_use,
        list_sort(
            list_distinct(
                flatten(
                    list(string_split(trim(warehouse_path, '>'), '>'))
                )
            )
        ) as places,
        list_sort(list_distinct(list(coalesce(category, '')))) as categories,
        list_sort(list_distinct(list(buyer))) as buyers
    from kept
    group by entity_kind, code
),

named as (
    select
        matched.*,
        coalesce(items.item_name, names.name, matched.code) as name
    from matched
    left join fct_items as items
        on matched.entity_kind = 'item' and matched.code = items.item_id
    left join mart_names as names
        on
            matched.entity_kind = 'warehouse'
            and names.kind = 'warehouse'
            and matched.code = names.code
)

select * from named
