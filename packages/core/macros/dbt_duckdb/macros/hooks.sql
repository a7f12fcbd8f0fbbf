{# Runs those of a node's hooks that belong inside (or outside) its transaction; empty ones are left out. #}
{% macro run_hooks(hooks, inside_transaction=true) -%}
  {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) -%}
    {%- set text = render(hook.get('sql')) | trim -%}
    {%- if text -%}
      {%- call statement(auto_begin=inside_transaction) -%}{{ text }}{%- endcall -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}
