{# dbt's own view, with a remark; a default one of the root project counts more than dbt's. #}
{% materialization view, default %}
  {%- set target = this.incorporate(type='view') -%}
  {{ run_hooks(pre_hooks) }}
  {%- call statement('main') -%}
    create or replace view {{ target }} as ({{ sql }})
  {%- endcall -%}
  {%- call statement() -%}
    comment on view {{ target }} is 'made by {{ model.config.materialized }} of {{ model.package_name }}'
  {%- endcall -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# For DuckDB there is one of dbt's, which counts more than this. #}
{% materialization table, default %}
  {% do exceptions.raise_compiler_error('dbt-duckdb has a table of its own') %}
{% endmaterialization %}

{% materialization chosen, default %}
  {% do exceptions.raise_compiler_error('the one for DuckDB counts') %}
{% endmaterialization %}

{# A view that is not the model's SQL alone. #}
{% materialization labelled, default %}
  {%- set target = this.incorporate(type='view') -%}
  {%- call statement('main') -%}
    create or replace view {{ target }} as select '{{ config.get("label", "none") }}' as label, * from ({{ sql }})
  {%- endcall -%}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Two relations: the model's, and one beside it. #}
{% materialization twice, default %}
  {%- set target = this.incorporate(type='table') -%}
  {%- set other = make_backup_relation(target, 'table', suffix='_changes') -%}
  {%- set is_first = load_cached_relation(other) is none -%}
  {%- call statement('main') -%}
    create or replace table {{ target }} as ({{ sql }})
  {%- endcall -%}
  {%- call statement('changes') -%}
    {% if is_first %}create table {{ other }} as{% else %}insert into {{ other }}{% endif %}
    select {{ var('day', 1) }} as day, count(*) as n from {{ target }}
  {%- endcall -%}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target, other]}) }}
{% endmaterialization %}

{# Writes files by dbt-duckdb's own macros, and shows them as a view. #}
{% materialization own_files, adapter='duckdb' %}
  {%- set location = render(config.get('location', default=external_location(this, config))) -%}
  {%- set options = render_write_options(config) -%}
  {%- set write_options = adapter.external_write_options(location, options) -%}
  {%- set read_location = adapter.external_read_location(location, options) -%}
  {%- set target = this.incorporate(type='view') -%}
  {%- set temp = make_intermediate_relation(this.incorporate(type='table'), suffix='__rows') -%}
  {{ drop_relation_if_exists(load_cached_relation(temp)) }}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {%- call statement('rows') -%}{{ create_table_as(False, temp, compiled_code) }}{%- endcall -%}
  {{ write_to_file(temp, location, write_options) }}
  {%- call statement('main') -%}
    create or replace view {{ target }} as (select * from read_parquet('{{ read_location }}'))
  {%- endcall -%}
  {{ adapter.commit() }}
  {{ drop_relation_if_exists(temp) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Nothing is made; what was to be said is. #}
{% materialization remark, default %}
  {%- call noop_statement('main', 'REMARKED', 'REMARK', 0) -%}select 1{%- endcall -%}
  {{ return({'relations': []}) }}
{% endmaterialization %}

{# Without adapter.commit() everything is rolled back. #}
{% materialization forgetful, default %}
  {%- call statement('main') -%}create table {{ this }} as ({{ sql }}){%- endcall -%}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}

{% materialization returns_nothing, default %}
  {%- call statement('main') -%}select 1{%- endcall -%}
{% endmaterialization %}

{% materialization returns_words, default %}
  {%- call statement('main') -%}select 1{%- endcall -%}
  {{ return({'tables': [this]}) }}
{% endmaterialization %}

{% materialization without_main, default %}
  {%- call statement('other') -%}select 1{%- endcall -%}
  {{ return({'relations': []}) }}
{% endmaterialization %}

{% materialization fails_late, default %}
  {%- call statement('main') -%}create or replace table {{ this }} as ({{ sql }}){%- endcall -%}
  {%- call statement('broken') -%}insert into {{ this }} values (1, 2, 3){%- endcall -%}
  {%- do adapter.commit() -%}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}

{# As dbt's own, with a word about it. #}
{% materialization wrapped, adapter='duckdb' %}
  {%- do log('building ' ~ this) -%}
  {{ return(dbt.materialization_table_duckdb()) }}
{% endmaterialization %}

{% materialization wrapped_view, default %}
  {%- set made = dbt.materialization_view_default() -%}
  {{ return(made) }}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb' %}
  {%- set made = dbt.materialization_incremental_duckdb() -%}
  {%- do run_query("insert into main.hook_log select 'incremental ' || '" ~ this.identifier ~ "'") -%}
  {{ return(made) }}
{% endmaterialization %}
