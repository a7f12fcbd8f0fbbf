select id, part, name, city, cast(seen_at as timestamp) as seen_at
  {%- if var('day') > 2 %}, name || '!' as shout{% endif %}
from {{ ref('people') }}
where day = {{ var('day') }}
