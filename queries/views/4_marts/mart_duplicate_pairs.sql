-- One row per pair of item codes whose names may mean the same thing: a score.
-- grain: item_id, other_id
-- kept
-- Both have the same specification (digits, units and short codes, run
-- together in their order, or in any order but for those of one or two
-- characters; of a name in two languages one side is enough) and are like in
-- their other words, rare ones counting for more. Score: 100 x likeness, 20
-- less for another material type, 10 less for another unit and for another
-- supplier, 5 more for the same supplier. reasons says what the score stands
-- on. Only codes that share a block are compared: their whole name, or
-- specification and a word, of at most duplicate_block_items codes; so there
-- are at most that many pairs per word of a name and side. A code's own
-- successor is no duplicate of it.
with
settings as (
    select * from src_settings
),

words as (
    select * from mart_item_words
),

spec_words as (
    select
        *,
        length(word) < 3 as is_short
    from words
    where is_spec
),

sides as (
    select
        item_id,
        string_agg(word, '' order by word_no) as spec_run,
        concat_ws(
            '|',
            string_agg(word, '|' order by word) filter (where not is_short),
            string_agg(word, '|' order by word_no) filter (where is_short)
        ) as spec_set
    from spec_words
    group by item_id, side_no
),

keyed as (
    select
        item_id,
        string_agg(word, '' order by word_no) as name_key,
        string_agg(word, '' order by word_no) filter (where not is_spec)
            as word_run,
        count(distinct word) filter (where not is_spec) as word_count,
        bool_or(is_spec) as has_spec
    from words
    group by item_id
),

specs as (
    select
        item_id,
        concat('run ', spec_run) as spec
    from sides
    union
    select
        item_id,
        concat('set ', spec_set) as spec
    from sides
    union
    select
        item_id,
        'none' as spec
    from keyed
    where not has_spec
),

once as (
    select
        item_id,
        word,
        bool_or(is_head) as is_head
    from words
    where not is_spec
    group by item_id, word
),

weights as (
    select
        word,
        ln(1 + (select count(*) from keyed) / count(*)) as weight
    from once
    group by word
),

weighed as (
    select
        once.item_id,
        once.word,
        once.is_head,
        weights.weight
    from once
    inner join weights
        on once.word = weights.word
),

totals as (
    select
        item_id,
        sum(weight) as weight
    from weighed
    group by item_id
),

blocks as (
    select
        item_id,
        concat('name ', name_key) as block
    from keyed
    union all
    select
        item_id,
        spec as block
    from specs
    where spec <> 'none'
    union all
    select
        specs.item_id,
        concat(specs.spec, ' ', weighed.word) as block
    from specs
    inner join weighed
        on specs.item_id = weighed.item_id
),

small as (
    select blocks.block
    from blocks
    group by blocks.block
    having
        count(*) between 2 and (
            select settings.duplicate_block_items
            from settings
        )
),

members as (
    select
        blocks.item_id,
        blocks.block
    from blocks
    inner join small
        on blocks.block = small.block
),

met as (
    select distinct
        one.item_id,
        other.item_id as other_id
    from members as one
    inner join members as other
        on
            one.block = other.block
            and one.item_id < other.item_id
),

common as (
    select
        met.item_id,
        met.other_id,
        sum(mine.weight) as weight,
        count(*) as word_count,
        bool_or(mine.is_head and theirs.is_head) as has_same_head
    from met
    inner join weighed as mine
        on met.item_id = mine.item_id
    inner join weighed as theirs
        on
            met.other_id = theirs.item_id
            and mine.word = theirs.word
    group by met.item_id, met.other_id
),

facts as (
    select
        stg_items.item_id,
        stg_items.supplier_id,
        stg_items.successor_id,
        stg_items.material_type,
        case
            when
                list_contains(
                    string_split(settings.whole_units, ','),
                    lower(trim(stg_items.unit))
                )
                then 'piece'
            else lower(trim(stg_items.unit))
        end as unit
    from stg_items
    cross join settings
),

beside as (
    select
        met.item_id,
        met.other_id,
        mine.has_spec,
        mine.name_key = theirs.name_key as is_same_name,
        mine.word_count as my_count,
        theirs.word_count as their_count,
        coalesce(common.word_count, 0) as common_count,
        coalesce(common.weight, 0) as common_weight,
        coalesce(my_total.weight, 0) as my_weight,
        coalesce(their_total.weight, 0) as their_weight,
        coalesce(common.has_same_head, false) as has_same_head,
        regexp_matches(mine.word_run, '^[a-z]{8,}$')
        and regexp_matches(theirs.word_run, '^[a-z]{8,}$')
        and levenshtein(mine.word_run, theirs.word_run) <= 1 as is_misspelt,
        mine_of.unit = theirs_of.unit as is_same_unit,
        mine_of.supplier_id = theirs_of.supplier_id as is_same_supplier,
        mine_of.material_type <> theirs_of.material_type as is_other_type
    from met
    inner join keyed as mine
        on met.item_id = mine.item_id
    inner join keyed as theirs
        on met.other_id = theirs.item_id
    inner join facts as mine_of
        on met.item_id = mine_of.item_id
    inner join facts as theirs_of
        on met.other_id = theirs_of.item_id
    left join totals as my_total
        on met.item_id = my_total.item_id
    left join totals as their_total
        on met.other_id = their_total.item_id
    left join common
        on
            met.item_id = common.item_id
            and met.other_id = common.other_id
    where
        coalesce(mine_of.successor_id <> met.other_id, true)
        and coalesce(theirs_of.successor_id <> met.item_id, true)
),

likened as (
    select
        *,
        case
            when is_same_name then 'same_name'
            when common_count = my_count and common_count = their_count
                then 'same_words'
            when is_misspelt then 'spelling'
            when
                has_spec
                and has_same_head
                and common_count in (my_count, their_count)
                then 'more_words'
            else 'like_words'
        end as likeness,
        my_weight + their_weight - common_weight as either_weight
    from beside
),

measured as (
    select
        *,
        case likeness
            when 'same_name' then 1.0
            when 'same_words' then 1.0
            when 'spelling' then 0.9
            when 'more_words'
                then
                    0.8
                    + 0.4 * common_weight
                    / nullif(my_weight + their_weight, 0)
            else coalesce(common_weight / nullif(either_weight, 0), 0)
        end as likeness_share
    from likened
),

scored as (
    select
        item_id,
        other_id,
        round(
            least(
                100,
                100 * likeness_share
                - case when is_other_type then 20 else 0 end
                - case when not is_same_unit then 10 else 0 end
                - case when not is_same_supplier then 10 else 0 end
                + case when is_same_supplier then 5 else 0 end
            ), 1
        )::decimal(9, 4) as score,
        concat_ws(
            ',',
            likeness,
            case when has_spec then 'same_spec' end,
            case when is_other_type then 'other_type' end,
            case is_same_unit
                when true then 'same_unit'
                when false then 'other_unit'
            end,
            case is_same_supplier
                when true then 'same_supplier'
                when false then 'other_supplier'
            end
        ) as reasons
    from measured
),

likely as (
    select scored.*
    from scored
    cross join settings
    where scored.score >= settings.duplicate_least_score
)

select * from likely
