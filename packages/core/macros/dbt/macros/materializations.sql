{# dbt's materializations as macros, for those of a project that call them. The engine builds views without this one. #}

{% materialization view, default %}
  {%- set target, existing = this.incorporate(type='view'), load_cached_relation(this) -%}
  {%- set staged = make_intermediate_relation(target) -%}
  {%- set backup = make_backup_relation(target, existing.type if existing else 'view') -%}
  {{ run_hooks(pre_hooks, inside_transaction=false) }}
  {%- for left in [load_cached_relation(staged), load_cached_relation(backup)] -%}
    {{ drop_relation_if_exists(left) }}
  {%- endfor -%}
  {{ run_hooks(pre_hooks, inside_transaction=true) }}
  {%- call statement('main') -%}
    {{ get_create_view_as_sql(staged, sql) }}
  {%- endcall -%}
  {%- if existing is not none -%}
    {%- do adapter.rename_relation(existing, backup) -%}
  {%- endif -%}
  {%- do adapter.rename_relation(staged, target) -%}
  {%- do apply_grants(target, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=true)) -%}
  {%- do persist_docs(target, model) -%}
  {{ run_hooks(post_hooks, inside_transaction=true) }}
  {{ adapter.commit() }}
  {{ drop_relation_if_exists(load_cached_relation(backup)) }}
  {{ run_hooks(post_hooks, inside_transaction=false) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
