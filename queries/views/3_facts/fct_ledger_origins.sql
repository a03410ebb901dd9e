-- One row per line that a layer on hand began with: when, at what cost.
-- grain: origin, position
-- staged
-- A plain receipt, a count's surplus and a return are dated; what came from
-- nowhere (an in-side alone, a reversal of nothing), an opening and what a
-- snapshot has beyond the ledger were received on that day at the latest. The
-- cost is the average of the line's own rows that have one, rounded half up.
with
origins as (
    select distinct
        origin,
        origin_position as position,
        case when origin = 'debt' then 1 else 0 end as is_out
    from fct_ledger_layers
),

first_day as (
    select min(posted_on) as first_on
    from fct_ledger_rows
    where flow not in (6, 7)
),

lines as (
    select
        origins.origin,
        origins.position,
        lines.key_id,
        lines.posted_on,
        lines.flow,
        lines.is_out,
        movements.document_id,
        movements.document_position,
        movements.reference_id,
        case
            when origins.origin = 'debt' or lines.flow in (0, 1, 4)
                then lines.posted_on
        end as received_on,
        case
            when lines.flow = 6
                then least(lines.posted_on, first_day.first_on)
            else lines.posted_on
        end as received_to_on
    from origins
    inner join fct_ledger_axes as lines
        on
            origins.position = lines.position
            and origins.is_out = lines.is_out
    cross join first_day
    left join stg_movements as movements
        on origins.position = movements.position
),

priced as (
    select
        lines.origin,
        lines.position,
        cast(movements.unit_cost * 10000 as bigint) as cost,
        abs(
            coalesce(
                undone.left_qty,
                case when lines.flow = 1 then ledger.counted end,
                ledger.scaled_qty
            )
        ) as qty
    from lines
    inner join fct_ledger_rows as ledger
        on
            lines.key_id = ledger.key_id
            and lines.document_position = ledger.document_position
    inner join stg_movements as movements
        on ledger.position = movements.position
    left join fct_ledger_undone as undone
        on ledger.position = undone.position
    where
        movements.unit_cost is not null
        and movements.unit_cost > 0
        and case
            when undone.is_against_kind = 1 and undone.left_qty > 0 then 5
            else ledger.flow
        end = lines.flow
        and (lines.flow <> 4 or movements.reference_id = lines.reference_id)
        and (
            lines.flow = 1
            or (
                lines.is_out = 1
                and coalesce(undone.left_qty, ledger.scaled_qty) < 0
            )
            or (
                lines.is_out = 0
                and coalesce(undone.left_qty, ledger.scaled_qty) > 0
            )
        )
),

weighed as (
    select
        origin,
        position,
        sum(cast(cost as decimal(38, 0)) * qty) as cost_sum,
        sum(cast(qty as decimal(38, 0))) as qty_sum,
        min(cost) as low_cost,
        max(cost) as high_cost
    from priced
    where qty > 0
    group by origin, position
),

costs as (
    select
        origin,
        position,
        case
            when low_cost = high_cost then low_cost
            else cast(
                floor((2 * cost_sum + qty_sum) / nullif(2 * qty_sum, 0))
                as bigint
            )
        end as cost
    from weighed
),

joined as (
    select
        lines.origin,
        lines.position,
        lines.received_on,
        lines.received_to_on,
        lines.document_id,
        costs.cost
    from lines
    left join costs
        on
            lines.origin = costs.origin
            and lines.position = costs.position
)

select * from joined
