-- One row per group of the stock in the filter: its money, how much is slow.
-- grain: first_code, second_code
-- Grouped by the one or two dimensions that group_by names (company: by none),
-- else by the next level: each sums to the same totals. A code is what the
-- filter of that name must say to go there. Bins, ages, layers and documents
-- are told by layers: position_count then counts those. qty is of one unit, so
-- it is told of items alone, as are state and tier: those of the position that
-- stands worst, by state, then score, then tier.
with
places as (
    select
        scope_no,
        case setting('first_by')
            when 'organisation' then organisation
            when 'region' then region
            when 'branch' then branch
            when 'warehouse' then warehouse
            when 'category' then category
            when 'material_type' then material_type
        end as first_code,
        case setting('second_by')
            when 'organisation' then organisation
            when 'region' then region
            when 'branch' then branch
            when 'warehouse' then warehouse
            when 'category' then category
            when 'material_type' then material_type
        end as second_code
    from mart_scope_codes
),

layers as (
    select
        *,
        least(
            greatest(setting('as_of') - aged_from_on, 0),
            setting('oldest_age_days')
        ) as age_days
    from fct_placed_layers
    where setting('is_told_by_layer')
),

ages as (
    select
        unnest(range(from_days, coalesce(to_days, from_days) + 1)) as age_days,
        concat(from_days, '-', to_days) as age_bucket
    from mart_buckets
    where
        from_days is not null
        and setting('is_told_by_layer')
),

letters as (
    select *
    from mart_item_letters
    where list_has_any(
        [setting('first_by'), setting('second_by')], ['abc_class', 'xyz_class']
    )
),

keyed as (
    select
        stock.tier,
        stock.is_slow,
        stock.days_since_use,
        case
            when
                'item' in (setting('first_by'), setting('second_by'))
                then (
                    1000000000::bigint * list_position(
                        [
                            'healthy', 'excess', 'watch', 'slow', 'dead',
                            'obsolete'
                        ], stock.state
                    ) + round(1000000 * stock.score)::bigint
                ) * 4 + list_position(['none', 'T', 'S', 'R'], stock.tier) - 1
        end as standing,
        case
            when setting('is_told_by_layer')
                then coalesce(layers.value, 0)
            else stock.value
        end as value,
        case
            when setting('is_told_by_layer')
                then coalesce(layers.qty, 0)
            else stock.qty
        end as qty,
        case
            when coalesce(layers.piece_no, 1) = 1 then stock.debt_qty
            else 0
        end as debt_qty,
        case
            when
                'item' in (setting('first_by'), setting('second_by'))
                then stock.item_no
        end as item_no,
        case setting('first_by')
            when 'supplier' then coalesce(stock.supplier_id, '=')
            when 'abc_class' then letters.abc_class
            when 'xyz_class' then letters.xyz_class
            when 'tier' then stock.tier
            when 'bin' then coalesce(nullif(layers.bin, ''), '=')
            when 'age_bucket' then coalesce(ages.age_bucket, '=')
            when 'layer'
                then concat_ws(
                    ' ',
                    layers.item_id,
                    layers.warehouse_id,
                    layers.lot_id,
                    layers.status,
                    layers.layer_no,
                    layers.bin
                )
            when 'document' then coalesce(layers.document_id, '=')
            else places.first_code
        end as first_code,
        case setting('second_by')
            when 'supplier' then coalesce(stock.supplier_id, '=')
            when 'abc_class' then letters.abc_class
            when 'xyz_class' then letters.xyz_class
            when 'tier' then stock.tier
            when 'bin' then coalesce(nullif(layers.bin, ''), '=')
            when 'age_bucket' then coalesce(ages.age_bucket, '=')
            when 'layer'
                then concat_ws(
                    ' ',
                    layers.item_id,
                    layers.warehouse_id,
                    layers.lot_id,
                    layers.status,
                    layers.layer_no,
                    layers.bin
                )
            when 'document' then coalesce(layers.document_id, '=')
            else places.second_code
        end as second_code
    from mart_positions as stock
    inner join places
        on stock.scope_no = places.scope_no
    left join layers
        on
            stock.item_no = layers.item_no
            and stock.scope_no = layers.scope_no
    left join ages
        on layers.age_days = ages.age_days
    left join letters
        on stock.item_no = letters.item_no
    where
        stock.steps_back = 0
        and (
            setting('bin') is null
            or setting('bin') = coalesce(nullif(layers.bin, ''), '=')
        )
        and (
            setting('age_bucket') is null
            or setting('age_bucket') = coalesce(ages.age_bucket, '=')
        )
        and (
            setting('document') is null
            or setting('document') = coalesce(layers.document_id, '=')
        )
),

grouped as (
    select
        item_no,
        first_code,
        second_code,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        count(*) as position_count,
        sum(qty) as qty,
        sum(debt_qty) as debt_qty,
        max(days_since_use) as days_since_use,
        max(standing) as standing
    from keyed
    group by item_no, first_code, second_code
),

named as (
    select
        case
            when setting('first_by') = 'item' then items.item_id
            else grouped.first_code
        end as first_code,
        case
            when setting('second_by') = 'item' then items.item_id
            else grouped.second_code
        end as second_code,
        case
            when setting('first_by') = 'item' then items.item_name
            else first_names.name
        end as first_name,
        case
            when setting('second_by') = 'item' then items.item_name
            else second_names.name
        end as second_name,
        setting('first_by') as first_by,
        setting('second_by') as second_by,
        grouped.value,
        grouped.slow_value,
        coalesce(grouped.slow_value / nullif(grouped.value, 0), 0)::double
            as slow_share,
        grouped.red_value,
        grouped.standard_value,
        grouped.temporary_value,
        grouped.value * setting('holding_rate') / setting('days_in_year')
            as holding_cost_per_day,
        grouped.position_count,
        grouped.debt_qty,
        [
            'healthy', 'excess', 'watch', 'slow', 'dead', 'obsolete'
        ][grouped.standing // 4000000000] as state,
        ['none', 'T', 'S', 'R'][grouped.standing % 4 + 1] as tier,
        grouped.days_since_use,
        case when items.item_no is not null then grouped.qty end as qty,
        items.unit
    from grouped
    left join fct_items as items
        on grouped.item_no = items.item_no
    left join mart_names as first_names
        on
            case setting('first_by')
                when 'branch' then 'warehouse'
                when 'warehouse' then 'warehouse'
                when 'supplier' then 'supplier'
            end = first_names.kind
            and ltrim(grouped.first_code, '=') = first_names.code
    left join mart_names as second_names
        on
            case setting('second_by')
                when 'branch' then 'warehouse'
                when 'warehouse' then 'warehouse'
                when 'supplier' then 'supplier'
            end = second_names.kind
            and ltrim(grouped.second_code, '=') = second_names.code
)

select * from named
