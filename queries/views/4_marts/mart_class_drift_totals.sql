-- One row: how many items changed class, and how many are due for review.
-- grain: item_count
with
counted as (
    select
        count(*) as item_count,
        count(*) filter (where is_changed) as changed_count,
        coalesce(sum(value) filter (where is_changed), 0) as changed_value,
        count(*) filter (where is_review_due) as review_due_count,
        coalesce(sum(value) filter (where is_review_due), 0)
            as review_due_value
    from mart_class_drift
)

select * from counted
