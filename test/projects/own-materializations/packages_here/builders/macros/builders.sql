{# Of a name of dbt's own: without the flag it is passed over. #}
{% materialization view, adapter='duckdb' %}
  {% do exceptions.raise_compiler_error('the package took the place of view') %}
{% endmaterialization %}

{% materialization stamped, default %}
  {% set target = this.incorporate(type='table') %}
  {{ drop_relation_if_exists(load_cached_relation(this)) }}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') %}
    create table {{ target }} as select *, 'from the package' as stamp from ({{ sql }})
  {% endcall %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# The root project has one of this name too, and a default one counts less than one for DuckDB. #}
{% materialization chosen, adapter='duckdb' %}
  {% set target = this.incorporate(type='table') %}
  {% call statement('main') %}
    create or replace table {{ target }} as select 'package, for DuckDB' as chosen
  {% endcall %}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
