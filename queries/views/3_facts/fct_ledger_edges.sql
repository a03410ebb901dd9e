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
    select distinct key_id
    from handed
),

marks as (
    select
        ins.key_id,
        ins.from_pos as pos,
        1 as is_in,
        ins.position as in_position,
        ins.unit as in_unit,
        -ins.from_pos as in_shift,
        cast(null as bigint) as out_position,
        cast(null as bigint) as out_unit,
        cast(null as bigint) as out_end,
        cast(null as bigint) as to_position,
        cast(null as bigint) as to_shift
    from fct_ledger_axes as ins
    inner join giving
        on ins.key_id = giving.key_id
    where ins.is_out = 0
    union all
    select
        ins.key_id,
        max(ins.to_pos) as pos,
        1 as is_in,
        cast(0 as bigint) as in_position,
        cast(9000000000000000000 as bigint) as in_unit,
        cast(0 as bigint) as in_shift,
        cast(null as bigint) as out_position,
        cast(null as bigint) as out_unit,
        cast(null as bigint) as out_end,
        cast(null as bigint) as to_position,
        cast(null as bigint) as to_shift
    from fct_ledger_axes as ins
    inner join giving
        on ins.key_id = giving.key_id
    where ins.is_out = 0
    group by ins.key_id
    union all
    select
        key_id,
        from_pos as pos,
        0 as is_in,
        cast(null as bigint) as in_position,
        cast(null as bigint) as in_unit,
        cast(null as bigint) as in_shift,
        out_position,
        unit as out_unit,
        from_pos + qty as out_end,
        to_position,
        to_from - from_pos as to_shift
    from handed
),

cuts as (
    select
        key_id,
        pos,
        last_value(in_position ignore nulls) over queue as c_position,
        last_value(in_unit ignore nulls) over queue as c_unit,
        last_value(in_shift ignore nulls) over queue as c_shift,
        last_value(out_position ignore nulls) over queue as h_position,
        last_value(out_unit ignore nulls) over queue as h_unit,
        last_value(out_end ignore nulls) over queue as h_end,
        last_value(to_position ignore nulls) over queue as h_to,
        last_value(to_shift ignore nulls) over queue as h_shift,
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

steps as (
    select
        h_to as to_position,
        pos + h_shift as to_from,
        least(next_pos, h_end) + h_shift as to_to,
        case when c_unit < h_unit then 'line' else 'debt' end as step,
        case when c_unit < h_unit then c_position else h_position end
            as from_position,
        case when c_unit < h_unit then pos + c_shift else 0 end as from_from
    from cuts
    where h_end > pos and next_pos > pos
),

----------  what no hand covers of a line that was partly handed over
covered as (
    select
        to_position,
        to_from,
        to_to,
        coalesce(
            lag(to_to) over (partition by to_position order by to_from), 0
        ) as from_end,
        row_number() over (partition by to_position order by to_from desc)
            as steps_left
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
    where covered.steps_left = 1 and covered.to_to < lines.qty
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
