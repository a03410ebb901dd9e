-- One row per stretch of a line and where it came from: one step back.
-- grain: to_position, to_from
-- staged
-- step: 'line' leads to a stretch of another incoming line; 'debt' ends at the
-- line that gave what it did not have; 'own' ends where nothing was handed
-- over.
with
handed as (
    select
        outs.key_id,
        outs.unit,
        outs.position as out_position,
        outs.from_pos + hands.out_from as from_pos,
        hands.in_position as to_position,
        hands.in_from as to_from,
        hands.qty
    from fct_ledger_hands as hands
    inner join fct_ledger_axes as outs
        on hands.out_position = outs.position and outs.is_out = 1
    where
        hands.out_unit <= hands.in_unit
        and hands.in_unit <= (
            select max(axes.unit) as last_unit
            from fct_ledger_axes as axes
        )
    union all
    select
        outs.key_id,
        outs.unit,
        outs.position as out_position,
        outs.from_pos + stretches.local_from as from_pos,
        stretches.position as to_position,
        stretches.local_from as to_from,
        stretches.local_to - stretches.local_from as qty
    from fct_ledger_on_hand as stretches
    inner join fct_ledger_axes as outs
        on -stretches.position = outs.position and outs.is_out = 1
    where stretches.is_in_transit = 1
),

giving as (
    select
        key_id,
        min(from_pos) as from_pos,
        max(from_pos + qty) as to_pos
    from handed
    group by key_id
),

sources as (
    select
        ins.key_id,
        ins.position,
        ins.unit,
        ins.from_pos,
        ins.to_pos
    from fct_ledger_axes as ins
    inner join giving
        on
            ins.key_id = giving.key_id
            and ins.to_pos > giving.from_pos
            and ins.from_pos < giving.to_pos
    where ins.is_out = 0
),

marks as (
    select
        key_id,
        from_pos as pos,
        1 as is_in,
        cast(null as bigint) as out_end
    from sources
    union all
    select
        key_id,
        max(to_pos) as pos,
        1 as is_in,
        cast(null as bigint) as out_end
    from sources
    group by key_id
    union all
    select
        key_id,
        from_pos as pos,
        0 as is_in,
        from_pos + qty as out_end
    from handed
),

cuts as (
    select
        key_id,
        pos,
        last_value(case when is_in = 1 then pos end ignore nulls)
            over queue as in_from,
        last_value(case when is_in = 0 then pos end ignore nulls)
            over queue as out_from,
        last_value(out_end ignore nulls) over queue as out_end,
        coalesce(
            lead(pos) over (partition by key_id order by pos asc, is_in desc),
            9000000000000000000
        ) as next_pos
    from marks
    window
        queue as (
            partition by key_id order by pos asc, is_in desc
            rows between unbounded preceding and current row
        )
),

pieces as (
    select
        key_id,
        pos,
        in_from,
        out_from,
        least(next_pos, out_end) as end_pos
    from cuts
    where out_end > pos and next_pos > pos
),

steps as (
    select
        handed.to_position,
        pieces.pos + handed.to_from - handed.from_pos as to_from,
        pieces.end_pos + handed.to_from - handed.from_pos as to_to,
        case when ins.unit < handed.unit then 'line' else 'debt' end as step,
        case
            when ins.unit < handed.unit then ins.position
            else handed.out_position
        end as from_position,
        case when ins.unit < handed.unit then pieces.pos - ins.from_pos else 0
        end as from_from
    from pieces
    inner join handed
        on pieces.key_id = handed.key_id and pieces.out_from = handed.from_pos
    left join sources as ins
        on
            pieces.key_id = ins.key_id
            and pieces.in_from = ins.from_pos
),

covered as (
    select
        to_position,
        to_from,
        to_to,
        coalesce(
            lag(to_to) over (partition by to_position order by to_from), 0
        ) as from_end,
        lead(to_to) over (partition by to_position order by to_from) as next_end
    from steps
    where to_position > 0
),

gaps as (
    select
        to_position,
        from_end as to_from,
        to_from as to_to
    from covered
    where to_from > from_end
    union all
    select
        covered.to_position,
        covered.to_to as to_from,
        lines.qty as to_to
    from covered
    inner join fct_ledger_axes as lines
        on covered.to_position = lines.position and lines.is_out = 0
    where covered.next_end is null and covered.to_to < lines.qty
),

all_steps as (
    select
        to_position,
        to_from,
        to_to,
        step,
        from_position,
        from_from
    from steps
    union all
    select
        to_position,
        to_from,
        to_to,
        'own' as step,
        to_position as from_position,
        to_from as from_from
    from gaps
)

select * from all_steps
