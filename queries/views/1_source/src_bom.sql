-- One row per parent, component and start of validity, as committed.
-- grain: parent_id, component_id, valid_from
select
    parent_id,
    component_id,
    qty_per,
    scrap_share,
    valid_from,
    valid_to,
    substitute_group,
    substitute_rank,
    load_id
from lake_bom
