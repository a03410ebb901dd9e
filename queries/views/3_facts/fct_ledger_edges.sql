-- One row per stretch of a line and where it came from: one step back.
-- grain: to_position, to_from
-- staged
-- step: 'line' leads to a stretch of another incoming line; 'debt' ends at the
-- line that gave what it did not have; 'own' ends where nothing was handed
-- over. lot_received_on is what a snapshot said of the lot it stood in there.
with
handed_over as (
    select
        outs.key_id,
        outs.unit,
        outs.position as out_position,
        outs.from_pos + hands.out_from as from_pos,
        outs.from_pos + hands.out_from + hands.qty as to_pos,
        hands.in_position as to_position,
        hands.in_from as to_from
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
        outs.from_pos + stretches.local_to as to_pos,
        stretches.position as to_position,
        stretches.local_from as to_from
    from fct_ledger_on_hand as stretches
    inner join fct_ledger_axes as outs
        on -stretches.position = outs.position and outs.is_out = 1
    where stretches.is_in_transit = 1
),

handed as (
    select
        handed_over.key_id,
        handed_over.unit,
        handed_over.out_position,
        handed_over.from_pos,
        handed_over.to_pos,
        handed_over.to_position,
        handed_over.to_from,
        lot_dates.received_on as lot_received_on,
        coalesce(lot_dates.ends_at, 0) as lot_ends_at
    from handed_over
    left join fct_ledger_lot_dates as lot_dates
        on
            handed_over.key_id = lot_dates.key_id
            and handed_over.out_position >= lot_dates.ends_at
),

----------  lines in blocks, blocks in chapters: what a stretch meets is found
----------  in three short looks, however long the queue
blocks as (
    select
        key_id,
        line_no // 1024 as chapter_no,
        line_no // 32 as block_no,
        min(from_pos) as from_pos,
        max(to_pos) as to_pos
    from fct_ledger_axes
    where is_out = 0
    group by key_id, line_no // 1024, line_no // 32
),

chapters as (
    select
        key_id,
        chapter_no,
        min(from_pos) as from_pos,
        max(to_pos) as to_pos
    from blocks
    group by key_id, chapter_no
),

in_chapters as (
    select
        handed.*,
        chapters.chapter_no
    from handed
    inner join chapters
        on
            handed.key_id = chapters.key_id
            and handed.from_pos < chapters.to_pos
            and handed.to_pos > chapters.from_pos
),

in_blocks as (
    select
        in_chapters.*,
        blocks.block_no
    from in_chapters
    inner join blocks
        on
            in_chapters.key_id = blocks.key_id
            and in_chapters.chapter_no = blocks.chapter_no
            and in_chapters.from_pos < blocks.to_pos
            and in_chapters.to_pos > blocks.from_pos
),

sources as (
    select
        key_id,
        position,
        unit,
        line_no // 32 as block_no,
        from_pos,
        to_pos
    from fct_ledger_axes
    where is_out = 0
),

met as (
    select
        handed.to_position,
        greatest(ins.from_pos, handed.from_pos) as from_pos,
        least(ins.to_pos, handed.to_pos) as to_pos,
        handed.to_from - handed.from_pos as shift,
        case when ins.unit < handed.unit then 1 else 0 end as is_earlier,
        ins.position as in_position,
        ins.from_pos as in_from,
        handed.out_position,
        case
            when ins.position < handed.lot_ends_at then handed.lot_received_on
        end as lot_received_on
    from in_blocks as handed
    inner join sources as ins
        on
            handed.key_id = ins.key_id
            and handed.block_no = ins.block_no
            and handed.from_pos < ins.to_pos
            and handed.to_pos > ins.from_pos
),

come as (
    select
        key_id,
        max(to_pos) as to_pos
    from chapters
    group by key_id
),

steps as (
    select
        to_position,
        from_pos + shift as to_from,
        to_pos + shift as to_to,
        case when is_earlier = 1 then 'line' else 'debt' end as step,
        case when is_earlier = 1 then in_position else out_position end
            as from_position,
        case when is_earlier = 1 then from_pos - in_from else 0 end
            as from_from,
        case when is_earlier = 1 then lot_received_on end as lot_received_on
    from met
    union all
    select
        handed.to_position,
        greatest(handed.from_pos, coalesce(come.to_pos, 0))
        + handed.to_from - handed.from_pos as to_from,
        handed.to_pos + handed.to_from - handed.from_pos as to_to,
        'debt' as step,
        handed.out_position as from_position,
        cast(0 as bigint) as from_from,
        cast(null as date) as lot_received_on
    from handed
    left join come
        on handed.key_id = come.key_id
    where handed.to_pos > coalesce(come.to_pos, 0)
),

----------  what a line has beyond all that was handed over to it
brought as (
    select
        to_position,
        cast(sum(to_pos - from_pos) as bigint) as qty
    from handed
    where to_position > 0
    group by to_position
),

partly_brought as (
    select
        lines.position,
        lines.qty
    from fct_ledger_axes as lines
    inner join brought
        on
            lines.position = brought.to_position
            and lines.qty > brought.qty
    where lines.is_out = 0
),

covered as (
    select
        handed.to_position,
        lines.qty,
        handed.to_from,
        handed.to_from + handed.to_pos - handed.from_pos as to_to,
        coalesce(
            lag(handed.to_from + handed.to_pos - handed.from_pos) over (
                partition by handed.to_position order by handed.to_from
            ),
            0
        ) as from_end,
        lead(handed.to_from) over (
            partition by handed.to_position order by handed.to_from
        ) as next_from
    from handed
    inner join partly_brought as lines
        on handed.to_position = lines.position
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
        to_position,
        to_to as to_from,
        qty as to_to
    from covered
    where next_from is null and to_to < qty
),

all_steps as (
    select
        to_position,
        to_from,
        to_to,
        step,
        from_position,
        from_from,
        lot_received_on
    from steps
    union all
    select
        to_position,
        to_from,
        to_to,
        'own' as step,
        to_position as from_position,
        to_from as from_from,
        cast(null as date) as lot_received_on
    from gaps
)

select * from all_steps
