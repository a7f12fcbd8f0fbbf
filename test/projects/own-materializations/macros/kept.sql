{# Rows are added by key; the table of before is kept. #}
{% materialization kept, adapter='duckdb', supported_languages=['sql'] %}
  {%- set key = config.require('key') -%}
  {%- set existing = load_relation(this) -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set temp = make_temp_relation(target) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if existing is none or should_full_refresh() -%}
    {%- if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif -%}
    {%- call statement('main') -%}
      {{ create_table_as(False, target, sql) }}
    {%- endcall -%}
    {%- do create_indexes(target) -%}
  {%- else -%}
    {%- call statement('new_rows') -%}
      {{ create_table_as(True, temp, sql) }}
    {%- endcall -%}
    {%- set columns = adapter.get_columns_in_relation(existing) | map(attribute='quoted') | join(', ') -%}
    {%- set count = run_query('select count(*) from ' ~ temp.include(database=false, schema=false) ~ ' where "' ~ key ~ '" not in (select "' ~ key ~ '" from ' ~ existing ~ ')') -%}
    {%- call statement('main') -%}
      insert into {{ target }} ({{ columns }})
      select {{ columns }} from {{ temp.include(database=false, schema=false) }}
      where "{{ key }}" not in (select "{{ key }}" from {{ target }})
    {%- endcall -%}
    {%- do log('kept: ' ~ count.columns[0].values()[0] ~ ' new rows') -%}
    {%- do store_raw_result('main', message='KEPT ' ~ count[0][0], code='KEPT', rows_affected=count[0][0]) -%}
  {%- endif -%}

  {%- do apply_grants(target, grant_config, should_revoke=should_revoke(existing, full_refresh_mode=True)) -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {%- if existing is not none and not should_full_refresh() -%}
    {%- do run_query('drop table ' ~ temp.include(database=false, schema=false)) -%}
  {%- endif -%}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
