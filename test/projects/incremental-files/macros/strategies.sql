{# A strategy of the project's own: only keys that are not there yet. #}
{% macro get_incremental_insert_new_sql(arg_dict) %}
    insert into {{ arg_dict.target_relation }} ({{ get_quoted_csv(arg_dict.dest_columns | map(attribute='name')) }})
    select * from {{ arg_dict.temp_relation }} where id not in (select id from {{ arg_dict.target_relation }})
{% endmacro %}
