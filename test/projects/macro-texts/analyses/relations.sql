{%- if execute -%}
{%- set t = api.Relation.create(database='macro_texts', schema='main', identifier='base', type='table') -%}
{%- set s = api.Relation.create(schema='main', identifier='source', type='view') -%}
{%- set a = api.Column('id', 'INTEGER') -%}{%- set b = api.Column('v', 'VARCHAR') -%}{%- set c = api.Column('v', 'INTEGER') -%}{%- set d = api.Column('new', 'DATE') -%}
/* get_create_sql(t, 'select 1') */ {{ get_create_sql(t, 'select 1') }} ;
/* get_create_sql(s, 'select 1') */ {{ get_create_sql(s, 'select 1') }} ;
/* get_drop_sql(t) */ {{ get_drop_sql(t) }} ;
/* get_drop_sql(s) */ {{ get_drop_sql(s) }} ;
/* get_drop_sql(t.incorporate(type='external')) */ {{ get_drop_sql(t.incorporate(type='external')) }} ;
/* drop_table(t) */ {{ drop_table(t) }} ;
/* drop_view(s) */ {{ drop_view(s) }} ;
/* get_drop_backup_sql(t) */ {{ get_drop_backup_sql(t) }} ;
/* create_table_as(false, t, 'select 1') */ {{ create_table_as(false, t, 'select 1') }} ;
/* create_table_as(true, t, 'select 1') */ {{ create_table_as(true, t, 'select 1') }} ;
/* create_table_as(false, t, 'select 1', partitioned_by='a', sorted_by='b') */ {{ create_table_as(false, t, 'select 1', partitioned_by='a', sorted_by='b') }} ;
/* create_view_as(s, 'select 1') */ {{ create_view_as(s, 'select 1') }} ;
/* default__create_table_as(false, t, 'select 1') */ {{ default__create_table_as(false, t, 'select 1') }} ;
/* default__create_table_as(true, t, 'select 1') */ {{ default__create_table_as(true, t, 'select 1') }} ;
/* default__create_view_as(s, 'select 1') */ {{ default__create_view_as(s, 'select 1') }} ;
/* get_create_table_as_sql(false, t, 'select 1') */ {{ get_create_table_as_sql(false, t, 'select 1') }} ;
/* get_create_view_as_sql(s, 'select 1') */ {{ get_create_view_as_sql(s, 'select 1') }} ;
/* get_select_subquery('select 1') */ {{ get_select_subquery('select 1') }} ;
/* get_replace_sql(s, t, 'select 1') if false */ {{ get_replace_sql(s, t, 'select 1') if false }} ;
/* make_intermediate_relation(t) */ {{ make_intermediate_relation(t) }} ;
/* make_backup_relation(t, 'view') */ {{ make_backup_relation(t, 'view') }} ;
/* make_backup_relation(t, 'view').type */ {{ make_backup_relation(t, 'view').type }} ;
/* load_relation(t) */ {{ load_relation(t) }} ;
/* load_cached_relation(t) */ {{ load_cached_relation(t) }} ;
/* get_or_create_relation('macro_texts', 'main', 'base', 'table') */ {{ get_or_create_relation('macro_texts', 'main', 'base', 'table') }} ;
/* get_or_create_relation('macro_texts', 'main', 'nope', 'table') */ {{ get_or_create_relation('macro_texts', 'main', 'nope', 'table') }} ;
/* get_empty_subquery_sql('select 1') */ {{ get_empty_subquery_sql('select 1') }} ;
/* default__get_empty_subquery_sql('select 1', 'set x = 1;') */ {{ default__get_empty_subquery_sql('select 1', 'set x = 1;') }} ;
/* get_columns_in_query('select 1 as a, 2 as b') */ {{ get_columns_in_query('select 1 as a, 2 as b') }} ;
/* get_column_schema_from_query('select 1 as a') */ {{ get_column_schema_from_query('select 1 as a') }} ;
/* get_columns_in_relation(t) */ {{ get_columns_in_relation(t) }} ;
/* get_list_of_column_names([a, b]) */ {{ get_list_of_column_names([a, b]) }} ;
/* information_schema_name('db') */ {{ information_schema_name('db') }} ;
/* information_schema_name(none) */ {{ information_schema_name(none) }} ;
/* get_column_names() */ {{ get_column_names() }} ;
/* default__get_column_names() */ {{ default__get_column_names() }} ;
/* format_columns([a, b]) */ {{ format_columns([a, b]) }} ;
/* default__format_column(a) */ {{ default__format_column(a) }} ;
/* get_empty_schema_sql({'a': {'name': 'a', 'data_type': 'int'}, 'b': {'name': 'b c', 'data_type': 'varchar', 'quote': true}}) */ {{ get_empty_schema_sql({'a': {'name': 'a', 'data_type': 'int'}, 'b': {'name': 'b c', 'data_type': 'varchar', 'quote': true}}) }} ;
/* duckdb__alter_table_set_partitioned_by(t, 'a') */ {{ duckdb__alter_table_set_partitioned_by(t, 'a') }} ;
/* duckdb__alter_table_set_sorted_by(t, 'a') */ {{ duckdb__alter_table_set_sorted_by(t, 'a') }} ;
/* render_write_options({'options': {'a': 1}, 'format': 'csv'}) */ {{ render_write_options({'options': {'a': 1}, 'format': 'csv'}) }} ;
{% endif %}
