-- One row per item code that would be merged into the one that is kept.
-- grain: cluster_no, item_id
-- score and reasons are those of the code and the kept one; where the two were
-- not paired, of its best pair within the group, via_id.
with
items as (
    select * from mart_duplicate_items
),

kept as (
    select *
    from items
    where is_kept
),

pairs as (
    select
        item_id,
        other_id,
        score,
        reasons
    from mart_duplicate_pairs
    union all
    select
        other_id as item_id,
        item_id as other_id,
        score,
        reasons
    from mart_duplicate_pairs
),

ranked as (
    select
        merged.item_id,
        pairs.other_id,
        pairs.score,
        pairs.reasons,
        row_number() over (
            partition by merged.item_id
            order by
                others.is_kept desc,
                pairs.score desc,
                pairs.other_id asc
        ) as place
    from items as merged
    inner join pairs
        on merged.item_id = pairs.item_id
    inner join items as others
        on
            pairs.other_id = others.item_id
            and merged.cluster_id = others.cluster_id
    where not merged.is_kept
),

listed as (
    select
        merged.cluster_no,
        kept.item_id as kept_id,
        kept.item_name as kept_name,
        kept.unit as kept_unit,
        kept.last_used_on as kept_last_used_on,
        merged.item_id,
        merged.item_name,
        merged.unit,
        merged.supplier_id,
        merged.qty,
        merged.value,
        merged.oldest_on,
        merged.age_days,
        merged.last_used_on,
        ranked.score,
        ranked.reasons,
        nullif(ranked.other_id, kept.item_id) as via_id
    from items as merged
    inner join kept
        on merged.cluster_id = kept.cluster_id
    inner join ranked
        on
            merged.item_id = ranked.item_id
            and ranked.place = 1
    where not merged.is_kept
)

select * from listed
