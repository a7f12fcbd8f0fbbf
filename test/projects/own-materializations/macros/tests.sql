{# Tests count their failures as dbt's own do, and leave a line. #}
{% materialization test, default %}
  {%- set limit = config.get('limit') -%}
  {%- call statement('note') -%}
    insert into main.test_log values ('{{ model.name }}')
  {%- endcall -%}
  {%- do adapter.commit() -%}
  {%- call statement('main', fetch_result=True, auto_begin=False) -%}
    {{ get_test_sql(sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit) }}
  {%- endcall -%}
  {{ return({'relations': []}) }}
{% endmaterialization %}
