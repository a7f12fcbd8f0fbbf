{# Runs those of a node's hooks that belong inside (or outside) its transaction; empty ones are left out. #}
{% macro run_hooks(hooks, inside_transaction=true) -%}
  {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) -%}
    {%- set text = render(hook.get('sql')) | trim -%}
    {%- if text -%}
      {%- call statement(auto_begin=inside_transaction) -%}{{ text }}{%- endcall -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro make_hook_config(sql, inside_transaction) -%}
  {{ tojson({'sql': sql, 'transaction': inside_transaction}) }}
{%- endmacro %}

{% macro before_begin(sql) -%}
  {{ make_hook_config(sql, inside_transaction=false) }}
{%- endmacro %}

{% macro in_transaction(sql) -%}
  {{ make_hook_config(sql, inside_transaction=true) }}
{%- endmacro %}

{% macro after_commit(sql) -%}
  {{ make_hook_config(sql, inside_transaction=false) }}
{%- endmacro %}
