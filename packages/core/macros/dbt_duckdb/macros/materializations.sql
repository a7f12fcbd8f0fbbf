{# dbt-duckdb's materializations as macros, for those of a project that call them. The engine builds tables and incremental models without them. #}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {%- set target, existing = this.incorporate(type='table'), load_cached_relation(this) -%}
  {%- set staged = make_intermediate_relation(target) -%}
  {%- set backup = make_backup_relation(target, existing.type if existing else 'table') -%}
  {%- for left in [load_cached_relation(staged), load_cached_relation(backup)] -%}
    {{ drop_relation_if_exists(left) }}
  {%- endfor -%}
  {{ run_hooks(pre_hooks, inside_transaction=false) }}
  {{ run_hooks(pre_hooks, inside_transaction=true) }}
  {%- set partitions, order = duckdb__get_partitioned_by(target, false), duckdb__get_sorted_by(target, false) -%}
  {%- if has_foreign_key_constraints(existing) -%}
    {%- set dependents = drop_relation_for_rebuild(existing) if existing else [] -%}
    {{ eider_create_table(target, partitions, order) }}
  {%- else -%}
    {%- set dependents = [] -%}
    {{ eider_create_table(staged, partitions, order) }}
    {{ eider_swap(existing, backup, staged, target) }}
  {%- endif -%}
  {%- do restore_foreign_key_dependents(dependents) -%}
  {%- do create_indexes(target) -%}
  {{ run_hooks(post_hooks, inside_transaction=true) }}
  {%- do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=true)) -%}
  {%- do persist_docs(target, model) -%}
  {{ adapter.commit() }}
  {{ drop_relation_if_exists(load_cached_relation(backup)) }}
  {{ run_hooks(post_hooks, inside_transaction=false) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro eider_create_table(relation, partitions, order) -%}
  {%- call statement('main', language=model['language']) -%}
    {{ create_table_as(false, relation, compiled_code, model['language'], partitioned_by=partitions, sorted_by=order) }}
  {%- endcall -%}
{%- endmacro %}

{# What is there makes room for what was made. #}
{% macro eider_swap(existing, backup, staged, target) -%}
  {%- if existing is not none -%}
    {%- do drop_indexes_on_relation(existing) -%}
    {%- if existing.is_table and may_be_foreign_key_target(existing) -%}
      {%- do drop_foreign_key_dependents(existing) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(existing, backup) -%}
  {%- endif -%}
  {%- do adapter.rename_relation(staged, target) -%}
{%- endmacro %}

{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
  {%- set target, existing = this.incorporate(type='table'), load_cached_relation(this) -%}
  {%- set staged = make_intermediate_relation(target) -%}
  {%- set backup = make_backup_relation(target, existing.type if existing else 'table') -%}
  {%- set is_whole = existing is none or should_full_refresh() or existing.is_view -%}
  {%- set temp = duckdb__dispatch_temporary_relation(target, adapter.batch_id_for_model(model)) -%}
  {%- for left in [load_cached_relation(staged), load_cached_relation(backup)] -%}
    {{ drop_relation_if_exists(left) }}
  {%- endfor -%}
  {{ run_hooks(pre_hooks, inside_transaction=false) }}
  {{ run_hooks(pre_hooks, inside_transaction=true) }}
  {%- if existing is none -%}
    {{ eider_create_table(target, duckdb__get_partitioned_by(target, false), duckdb__get_sorted_by(target, false)) }}
  {%- elif is_whole -%}
    {{ eider_create_table(staged, none, none) }}
    {{ eider_swap(existing, backup, staged, target) }}
  {%- else -%}
    {%- call statement('new_rows', language=model['language']) -%}
      {{ create_table_as(temp.temporary, temp.relation, compiled_code, model['language']) }}
    {%- endcall -%}
    {%- call statement('main') -%}
      {{ eider_incremental_sql(temp.relation.identifier) }}
    {%- endcall -%}
  {%- endif -%}
  {%- do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, is_whole)) -%}
  {%- if is_whole -%}
    {%- do create_indexes(target) -%}
  {%- endif -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks, inside_transaction=true) }}
  {%- do adapter.commit() -%}
  {{ drop_relation_if_exists(load_cached_relation(backup)) }}
  {%- if existing is not none and not is_whole -%}
    {%- do run_query('drop table if exists temp.main.' ~ adapter.quote(temp.relation.identifier)) -%}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=false) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# A model that is called with arguments: `from {{ ref('model') }}(1, 2)`. #}
{% materialization table_function, adapter='duckdb' %}
  {%- set target = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type='view') -%}
  {%- set given = config.get('parameters') or [] -%}
  {%- set parameters = [given] if given is string or given is number else given -%}
  {{ run_hooks(pre_hooks, inside_transaction=false) }}
  {{ run_hooks(pre_hooks, inside_transaction=true) }}
  {%- call statement('main') -%}
    create or replace function {{ target.render() }}({{ parameters | join(', ') }}) as table (
      {{ sql }}
    );
  {%- endcall -%}
  {{ run_hooks(post_hooks, inside_transaction=true) }}
  {%- do persist_docs(target, model) -%}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=false) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
