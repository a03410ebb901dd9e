-- One row per position today and on the judged day before: as judged now.
-- grain: steps_back, item_no, scope_no
-- held to compare
-- Now is by the policy that a trial is compared with; all stock, as there.
select * from mart_judged_stock
