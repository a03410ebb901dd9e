-- One row per queue, document, day and flow: what it changed in net.
-- grain: position
-- staged
-- Plain lines are netted whatever their kinds, transfers, openings and returns
-- that name an issue apart, each return by the issue it names. A reversal that
-- undid nothing comes in as stock of unknown receipt: flow 5. Openings stand
-- before all.
with
shared as (
    select distinct document_position
    from fct_ledger_rows
    where position <> document_position
),

bare as (
    select
        ledger.key_id,
        ledger.posted_on,
        ledger.position,
        ledger.document_position,
        case
            when undone.is_against_kind = 1 and undone.left_qty > 0 then 5
            else ledger.flow
        end as flow,
        coalesce(undone.left_qty, ledger.scaled_qty) as left_qty,
        case when shared.document_position is null then 1 else 0 end
            as is_alone
    from fct_ledger_rows as ledger
    left join shared
        on ledger.document_position = shared.document_position
    left join fct_ledger_undone as undone
        on ledger.position = undone.position
    where ledger.flow in (0, 2, 3, 4)
),

netted as (
    select
        key_id,
        posted_on,
        flow,
        document_position,
        min(position) as position,
        cast(sum(left_qty) as bigint) as qty
    from bare
    where flow <> 4 and left_qty <> 0 and is_alone = 0
    group by key_id, posted_on, flow, document_position
),

returned as (
    select
        bare.key_id,
        bare.posted_on,
        bare.flow,
        bare.document_position,
        min(bare.position) as position,
        cast(sum(bare.left_qty) as bigint) as qty
    from bare
    inner join stg_movements as movements
        on bare.position = movements.position
    where bare.flow = 4 and bare.left_qty <> 0
    group by
        bare.key_id,
        bare.posted_on,
        bare.flow,
        bare.document_position,
        movements.reference_id
),

all_nets as (
    select
        key_id,
        posted_on,
        flow,
        position,
        qty,
        case when flow = 3 then -1 else document_position end as place,
        0 as is_alone
    from netted
    where qty <> 0
    union all
    select
        key_id,
        posted_on,
        flow,
        position,
        left_qty as qty,
        case when flow = 3 then -1 else document_position end as place,
        1 as is_alone
    from bare
    where flow <> 4 and left_qty <> 0 and is_alone = 1
    union all
    select
        key_id,
        posted_on,
        flow,
        position,
        qty,
        document_position as place,
        0 as is_alone
    from returned
    where qty <> 0
)

select * from all_nets
