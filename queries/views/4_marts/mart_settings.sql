-- One row: what the viewer asks for and every threshold in force.
-- grain: as_of
with
settings as (
    select * from src_settings
)

select * from settings
