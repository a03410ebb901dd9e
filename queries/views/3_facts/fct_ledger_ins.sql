-- One row per stretch of a line that came into a queue, on the axis of all it ever got.
-- grain: key_id, position, is_front, local_from
-- staged
-- What goes out eats this axis from its start. A snapshot's surplus is older than
-- the records: it is put in where the queue stood then, and what had not been
-- eaten moves up, so that a line may lie there in two stretches; local_from is
-- where a stretch starts within its line.
with
placed as (
    select
        key_id,
        position,
        posted_on,
        place,
        unit,
        flow,
        is_linked,
        qty,
        cast(
            sum(qty) over (
                partition by key_id order by unit, position
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos
    from fct_ledger_lines
    where qty > 0 and is_front = 0
),

come_before as (
    select
        fronts.key_id,
        max(placed.to_pos) as to_pos
    from fct_ledger_lines as fronts
    inner join placed
        on fronts.key_id = placed.key_id and placed.unit < fronts.unit
    where fronts.is_front = 1
    group by fronts.key_id
),

gone_before as (
    select
        fronts.key_id,
        max(outs.to_pos) as to_pos
    from fct_ledger_lines as fronts
    inner join fct_ledger_outs as outs
        on fronts.key_id = outs.key_id and outs.unit < fronts.unit
    where fronts.is_front = 1
    group by fronts.key_id
),

fronts as (
    select
        lines.key_id,
        lines.position,
        lines.posted_on,
        lines.place,
        lines.unit,
        lines.flow,
        lines.qty,
        least(
            coalesce(come_before.to_pos, 0), coalesce(gone_before.to_pos, 0)
        ) as at_pos
    from fct_ledger_lines as lines
    left join come_before
        on lines.key_id = come_before.key_id
    left join gone_before
        on lines.key_id = gone_before.key_id
    where lines.is_front = 1
),

stretches as (
    select
        placed.key_id,
        placed.position,
        placed.posted_on,
        placed.place,
        placed.unit,
        placed.flow,
        placed.is_linked,
        0 as is_front,
        cast(0 as bigint) as local_from,
        placed.to_pos - placed.qty as from_pos,
        least(placed.to_pos, coalesce(fronts.at_pos, placed.to_pos)) as to_pos
    from placed
    left join fronts
        on placed.key_id = fronts.key_id
    where
        placed.to_pos - placed.qty
        < least(placed.to_pos, coalesce(fronts.at_pos, placed.to_pos))
    union all
    select
        placed.key_id,
        placed.position,
        placed.posted_on,
        placed.place,
        placed.unit,
        placed.flow,
        placed.is_linked,
        0 as is_front,
        greatest(fronts.at_pos - (placed.to_pos - placed.qty), 0)
            as local_from,
        greatest(placed.to_pos - placed.qty, fronts.at_pos) + fronts.qty
            as from_pos,
        placed.to_pos + fronts.qty as to_pos
    from placed
    inner join fronts
        on placed.key_id = fronts.key_id and placed.to_pos > fronts.at_pos
    union all
    select
        key_id,
        position,
        posted_on,
        place,
        unit,
        flow,
        0 as is_linked,
        1 as is_front,
        cast(0 as bigint) as local_from,
        at_pos as from_pos,
        at_pos + qty as to_pos
    from fronts
)

select * from stretches
