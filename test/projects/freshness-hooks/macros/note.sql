{% macro note(results) %}
insert into log values ('{{ flags.WHICH }} ends', '
{%- for one in results -%}
  {{ one.node.unique_id }} {{ one.status }} {{ one.failures }} {{ one.max_loaded_at is defined }} {{ one.age is defined and one.age > 86400 }};
{%- endfor -%}
')
{% endmacro %}
