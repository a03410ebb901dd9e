-- One row per queue, document, day and flow whose net is not one plain line.
-- grain: position
-- staged
-- Transfers, returns, and what a document of several lines changed in net.
-- Plain lines are netted whatever their kinds, transfers, openings and returns
-- that name an issue apart, each return by the issue it names. A reversal that
-- undid nothing comes in as stock of unknown receipt: flow 5. Any other line
-- that is alone in its document is its own net: it is not stored again.
with
several as (
    select
        key_id,
        posted_on,
        position,
        document_position,
        flow,
        scaled_qty
    from fct_ledger_rows
    where flow = 2
    union all
    select
        ledger.key_id,
        ledger.posted_on,
        ledger.position,
        ledger.document_position,
        ledger.flow,
        ledger.scaled_qty
    from fct_ledger_rows as ledger
    semi join fct_ledger_documents as documents
        on ledger.document_position = documents.document_position
    where ledger.flow in (0, 3)
),

lines_left as (
    select
        several.key_id,
        several.posted_on,
        several.position,
        several.document_position,
        case
            when undone.is_against_kind = 1 and undone.left_qty > 0 then 5
            else several.flow
        end as flow,
        coalesce(undone.left_qty, several.scaled_qty) as left_qty
    from several
    left join fct_ledger_undone as undone
        on several.position = undone.position
),

netted as (
    select
        key_id,
        posted_on,
        flow,
        document_position,
        min(position) as position,
        cast(sum(left_qty) as bigint) as qty
    from lines_left
    where left_qty <> 0
    group by key_id, posted_on, flow, document_position
),

returned as (
    select
        ledger.key_id,
        ledger.posted_on,
        ledger.flow,
        ledger.document_position,
        min(ledger.position) as position,
        cast(sum(coalesce(undone.left_qty, ledger.scaled_qty)) as bigint)
            as qty
    from fct_ledger_rows as ledger
    inner join stg_movements as movements
        on ledger.position = movements.position
    left join fct_ledger_undone as undone
        on ledger.position = undone.position
    where
        ledger.flow = 4
        and coalesce(undone.left_qty, ledger.scaled_qty) <> 0
    group by
        ledger.key_id,
        ledger.posted_on,
        ledger.flow,
        ledger.document_position,
        movements.reference_id
),

all_netted as (
    select
        key_id,
        posted_on,
        flow,
        document_position,
        position,
        qty
    from netted
    where qty <> 0
    union all
    select
        key_id,
        posted_on,
        flow,
        document_position,
        position,
        qty
    from returned
    where qty <> 0
)

select * from all_netted
