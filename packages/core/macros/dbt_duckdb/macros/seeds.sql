{% macro duckdb__get_binding_char() -%}
  {{ return(adapter.get_binding_char()) }}
{%- endmacro %}

{% macro duckdb__get_batch_size() -%}
  {{ return(10000) }}
{%- endmacro %}

{# DuckDB reads the file itself, unless `fast` is off. #}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
  {%- if not config.get('fast', true) -%}
    {{ return(default__load_csv_rows(model, agate_table)) }}
  {%- endif -%}
  {%- set query = 'COPY ' ~ this.render() ~ " FROM '" ~ model['root_path'] ~ '/' ~ model['original_file_path']
    ~ "' (FORMAT CSV, HEADER TRUE, DELIMITER '" ~ config.get('delimiter', ',') ~ "')" -%}
  {%- do adapter.add_query(query, abridge_sql_log=true) -%}
  {{ return(query) }}
{%- endmacro %}
