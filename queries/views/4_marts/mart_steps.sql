-- One row per step of the way out of dead stock: what the data at hand allows.
-- grain: step_no
-- state: active (all files it needs are there), partial (some), missing (none).
with
needs as (
    select
        steps.step_no,
        steps.step,
        unnest(string_split(steps.tables, ',')) as table_name
    from (
        values
        (1, 'identify', 'stock,movements,items'),
        (2, 'block', 'purchase_orders,sales_orders,bom,suppliers'),
        (3, 'revive', 'bom,suppliers,sales_orders'),
        (4, 'close', 'outcomes,counts'),
        (5, 'improve', 'movements,outcomes')
    ) as steps (step_no, step, tables)
),

judged as (
    select
        needs.step_no,
        needs.step,
        count(*) as needed_count,
        count(*) filter (where mart_tables.row_count > 0) as loaded_count,
        string_agg(needs.table_name, ',' order by needs.table_name) filter (
            where mart_tables.row_count = 0
        ) as missing_tables
    from needs
    inner join mart_tables
        on needs.table_name = mart_tables.table_name
    group by needs.step_no, needs.step
),

stated as (
    select
        *,
        case
            when loaded_count = needed_count then 'active'
            when loaded_count > 0 then 'partial'
            else 'missing'
        end as state
    from judged
)

select * from stated
