-- One row per item and warehouse in the filter: its tier now and on trial.
-- grain: item_id, warehouse_id
-- On trial is by the thresholds asked for, now by those compared with; the
-- money is the same. A filter of tier or state chooses by the trial.
with
now as (
    select
        item_no,
        scope_no,
        tier,
        state
    from mart_compared_stock
    where steps_back = 0
),

compared as (
    select
        trial.item_no,
        trial.item_id,
        trial.warehouse_id,
        trial.scope_no,
        trial.item_name,
        trial.category,
        trial.material_type,
        trial.supplier_id,
        trial.buyer,
        trial.qty,
        trial.unit,
        trial.value,
        trial.days_since_use,
        trial.score,
        now.tier as now_tier,
        now.state as now_state,
        trial.tier,
        trial.state
    from mart_positions as trial
    inner join now
        on
            trial.item_no = now.item_no
            and trial.scope_no = now.scope_no
    where trial.steps_back = 0
)

select * from compared
