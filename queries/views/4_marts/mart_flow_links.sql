-- One row per link of the flow from supplier to customer: money, what is off.
-- grain: stage, from_kind, from_id, to_kind, to_id, anomaly
-- Money is at cost. stage: ordered (supplier to on order), coming (on order, in
-- transit or owed to warehouse), held (warehouse to what it is there for),
-- wanted (customer orders to customer). anomaly: late (past its due day),
-- unneeded (on order for stock that stands still), stuck (in transit, though
-- less than that arrived within transit_days), lost (left and never arrived),
-- no_demand (beyond need), owed (below zero). The flow_node_count largest
-- suppliers, warehouses and customers are named, '' holds the others. Stock is
-- there for its item's customer orders first, each warehouse by its share of
-- the item; of the rest, what is at risk is beyond need.
with
kinds as (
    select
        named.part,
        named.stage,
        named.from_kind,
        named.to_kind
    from (
        values
        ('purchase', 'ordered', 'supplier', 'on_order'),
        ('purchase', 'coming', 'on_order', 'warehouse'),
        ('in_transit', 'coming', 'in_transit', 'warehouse'),
        ('lost_in_transit', 'coming', 'in_transit', 'lost'),
        ('negative_stock', 'coming', 'owed', 'warehouse'),
        ('customer_orders', 'held', 'warehouse', 'customer_orders'),
        ('expected_use', 'held', 'warehouse', 'expected_use'),
        ('no_demand', 'held', 'warehouse', 'no_demand'),
        ('sales', 'wanted', 'customer_orders', 'customer')
    ) as named (part, stage, from_kind, to_kind)
),

items as (
    select
        item_id,
        max(unit_cost) as unit_cost,
        bool_and(is_slow) as is_slow
    from mart_tiered_stock
    group by item_id
),

orders as (
    select
        orders.side as part,
        orders.item_id,
        orders.warehouse_id,
        orders.partner_id,
        case
            when orders.side = 'purchase' and items.is_slow then 'unneeded'
            when orders.due_on < setting('as_of') then 'late'
        end as anomaly,
        orders.open_qty
        * coalesce(items.unit_cost, profiles.list_cost, 0) as value
    from mart_item_orders as orders
    inner join mart_item_profiles as profiles
        on orders.item_id = profiles.item_id
    inner join mart_chosen_places as places
        on coalesce(orders.warehouse_id, '') = places.warehouse_id
    left join items
        on orders.item_id = items.item_id
    where
        orders.side in ('purchase', 'sales')
        and (
            items.item_id is not null
            or coalesce(
                setting('tier'), setting('state'), setting('abc_class'),
                setting('xyz_class')
            ) is null
        )
),

findings as (
    select
        found.finding as part,
        found.item_id,
        found.warehouse_id,
        null as partner_id,
        case found.finding
            when 'lost_in_transit' then 'lost'
            else 'owed'
        end as anomaly,
        abs(found.value) as value
    from mart_quality_rows as found
    left join items
        on found.item_id = items.item_id
    where
        found.finding in ('lost_in_transit', 'negative_stock')
        and (
            items.item_id is not null
            or coalesce(
                setting('tier'), setting('state'), setting('abc_class'),
                setting('xyz_class')
            ) is null
        )
),

shipped as (
    select
        item_id,
        warehouse_id,
        sum(qty) filter (where status = 'in_transit') as qty,
        sum(value) filter (where status = 'in_transit') as value,
        coalesce(
            sum(qty) filter (
                where
                coalesce(days_since_arrival <= setting('transit_days'), true)
            ), 0
        ) as recent_qty
    from mart_layers
    group by item_id, warehouse_id
),

in_transit as (
    select
        *,
        (value * greatest(1 - recent_qty / qty, 0))::decimal(38, 8)
            as stuck_value
    from shipped
    where qty > 0
),

asked_for as (
    select
        item_id,
        warehouse_id,
        value,
        at_risk_value,
        coalesce(value * least(ordered_qty / nullif(item_qty, 0), 1), 0)
        ::decimal(38, 8) as ordered_value
    from mart_tiered_stock
    where value > 0
),

held as (
    select
        *,
        least(at_risk_value, value - ordered_value) as idle_value
    from asked_for
),

parts as (
    select * from orders
    union all
    select * from findings
    union all
    select
        'in_transit' as part,
        item_id,
        warehouse_id,
        null as partner_id,
        unnest([null, 'stuck']) as anomaly,
        unnest([value - stuck_value, stuck_value]) as value
    from in_transit
    union all
    select
        unnest(['customer_orders', 'expected_use', 'no_demand']) as part,
        item_id,
        warehouse_id,
        null as partner_id,
        unnest([null, null, 'no_demand']) as anomaly,
        unnest(
            [ordered_value, value - ordered_value - idle_value, idle_value]
        ) as value
    from held
),

links as (
    select
        kinds.stage,
        kinds.from_kind,
        kinds.to_kind,
        parts.anomaly,
        parts.item_id,
        parts.value::decimal(38, 8) as value,
        coalesce(
            case kinds.from_kind
                when 'supplier' then parts.partner_id
                when 'warehouse' then parts.warehouse_id
            end, ''
        ) as from_id,
        coalesce(
            case kinds.to_kind
                when 'customer' then parts.partner_id
                when 'warehouse' then parts.warehouse_id
            end, ''
        ) as to_id
    from parts
    inner join kinds
        on parts.part = kinds.part
    where parts.value > 0
),

nodes as (
    select
        kind,
        node_id
    from (
        select
            from_kind as kind,
            from_id as node_id,
            value
        from links
        union all
        select
            to_kind as kind,
            to_id as node_id,
            value
        from links
    ) as ends
    where node_id <> ''
    group by kind, node_id
    qualify
        row_number() over (
            partition by kind order by sum(value) desc, node_id asc
        ) <= setting('flow_node_count')
),

summed as (
    select
        links.stage,
        links.from_kind,
        coalesce(froms.node_id, '') as from_id,
        links.to_kind,
        coalesce(tos.node_id, '') as to_id,
        links.anomaly,
        sum(links.value) as value,
        count(distinct links.item_id) as item_count
    from links
    left join nodes as froms
        on links.from_kind = froms.kind and links.from_id = froms.node_id
    left join nodes as tos
        on links.to_kind = tos.kind and links.to_id = tos.node_id
    group by all
),

named as (
    select
        summed.*,
        from_names.name as from_name,
        to_names.name as to_name
    from summed
    left join mart_names as from_names
        on
            summed.from_kind = from_names.kind
            and summed.from_id = from_names.code
    left join mart_names as to_names
        on summed.to_kind = to_names.kind and summed.to_id = to_names.code
)

select * from named
