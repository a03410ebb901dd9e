-- One row per layer and bin in the filter, those of bin, age and document too.
-- grain: item_id, warehouse_id, lot_id, status, layer_no, bin
-- They sum to mart_levels. Age is days since receipt at least; what no record
-- dates has none.
with
layers as (
    select
        *,
        greatest(setting('as_of') - aged_from_on, 0) as age_days,
        coalesce(nullif(bin, ''), '=') as bin_code,
        coalesce(document_id, '=') as document_code
    from fct_placed_layers
),

ages as (
    select
        from_days,
        to_days,
        concat(from_days, '-', to_days) as age_bucket
    from mart_buckets
    where from_days is not null
),

told as (
    select
        layers.item_id,
        items.item_name,
        layers.warehouse_id,
        scopes.warehouse_name,
        layers.lot_id,
        layers.status,
        layers.layer_no,
        layers.bin,
        layers.qty,
        items.unit,
        layers.unit_cost,
        layers.value,
        stock.tier,
        stock.state,
        stock.is_slow,
        layers.received_on,
        layers.received_from_on,
        layers.received_to_on,
        layers.arrived_on,
        layers.age_days,
        layers.received_on is null
        and layers.received_to_on is not null as is_at_least,
        layers.age_basis,
        layers.receipt_cost,
        layers.document_id,
        coalesce(ages.age_bucket, '=') as age_bucket
    from mart_positions as stock
    inner join layers
        on
            stock.item_no = layers.item_no
            and stock.scope_no = layers.scope_no
    inner join fct_items as items
        on stock.item_no = items.item_no
    inner join fct_scopes as scopes
        on stock.scope_no = scopes.scope_no
    left join ages
        on
            layers.age_days >= ages.from_days
            and (layers.age_days <= ages.to_days or ages.to_days is null)
    where
        stock.steps_back = 0
        and (setting('bin') is null or setting('bin') = layers.bin_code)
        and (
            setting('document') is null
            or setting('document') = layers.document_code
        )
        and (
            setting('age_bucket') is null
            or setting('age_bucket') = coalesce(ages.age_bucket, '=')
        )
)

select * from told
