-- The bridge of slow value leaves nothing over and ends where stock stands.
select
    bridge.bar,
    bridge.value,
    bridge.residual,
    totals.slow_value
from mart_bridge as bridge
cross join mart_totals as totals
where
    bridge.residual <> 0
    or (bridge.bar = 'closing' and bridge.value <> totals.slow_value)
    or (
        bridge.bar = 'opening'
        and bridge.value <> totals.prior_slow_value
    )
