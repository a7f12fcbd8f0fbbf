select e.*, f.id is null as is_new from {{ source('lake', 'events') }} e left join {{ ref('first_events') }} f using (id)
