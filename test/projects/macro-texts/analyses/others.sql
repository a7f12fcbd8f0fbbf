{%- if execute -%}
{%- set t = api.Relation.create(database='macro_texts', schema='main', identifier='base', type='table') -%}
{%- set s = api.Relation.create(schema='main', identifier='source', type='view') -%}
{%- set a = api.Column('id', 'INTEGER') -%}{%- set b = api.Column('v', 'VARCHAR') -%}{%- set c = api.Column('v', 'INTEGER') -%}{%- set d = api.Column('new', 'DATE') -%}
/* get_grant_sql(t, 'select', ['a', 'b']) */ {{ get_grant_sql(t, 'select', ['a', 'b']) }} ;
/* get_revoke_sql(t, 'select', ['a', 'b']) */ {{ get_revoke_sql(t, 'select', ['a', 'b']) }} ;
/* get_show_grant_sql(t) */ {{ get_show_grant_sql(t) }} ;
/* get_dcl_statement_list(t, {'select': ['a', 'b'], 'insert': []}, get_grant_sql) */ {{ get_dcl_statement_list(t, {'select': ['a', 'b'], 'insert': []}, get_grant_sql) }} ;
/* copy_grants() */ {{ copy_grants() }} ;
/* should_revoke(none) */ {{ should_revoke(none) }} ;
/* should_revoke(t) */ {{ should_revoke(t) }} ;
/* should_revoke(t, false) */ {{ should_revoke(t, false) }} ;
/* support_multiple_grantees_per_dcl_statement() */ {{ support_multiple_grantees_per_dcl_statement() }} ;
/* alter_relation_comment(t, 'it is $a') */ {{ alter_relation_comment(t, 'it is $a') }} ;
/* alter_column_comment(t, {'id': {'description': 'x', 'quote': true}, 'v': {'description': 'y', 'quote': false}, 'gone': {'description': ''}}) */ {{ alter_column_comment(t, {'id': {'description': 'x', 'quote': true}, 'v': {'description': 'y', 'quote': false}, 'gone': {'description': ''}}) }} ;
/* duckdb_escape_comment('x') */ {{ duckdb_escape_comment('x') }} ;
/* validate_doc_columns(t, {'ID': {'quote': false}, 'v': {'quote': true}}, ['id', 'v']) */ {{ validate_doc_columns(t, {'ID': {'quote': false}, 'v': {'quote': true}}, ['id', 'v']) }} ;
/* duckdb__get_catalog_tables_sql(t) */ {{ duckdb__get_catalog_tables_sql(t) }} ;
/* duckdb__get_catalog_columns_sql(t) */ {{ duckdb__get_catalog_columns_sql(t) }} ;
/* duckdb__get_catalog_results_sql() */ {{ duckdb__get_catalog_results_sql() }} ;
/* duckdb__get_catalog_schemas_where_clause_sql([]) */ {{ duckdb__get_catalog_schemas_where_clause_sql([]) }} ;
/* duckdb__get_catalog_schemas_where_clause_sql(['a', 'b']) */ {{ duckdb__get_catalog_schemas_where_clause_sql(['a', 'b']) }} ;
/* duckdb__get_catalog_relations_where_clause_sql([t, t.incorporate(path={'identifier': none})]) */ {{ duckdb__get_catalog_relations_where_clause_sql([t, t.incorporate(path={'identifier': none})]) }} ;
/* get_csv_sql('create', 'insert') */ {{ get_csv_sql('create', 'insert') }} ;
/* get_binding_char() */ {{ get_binding_char() }} ;
/* default__get_binding_char() */ {{ default__get_binding_char() }} ;
/* get_batch_size() */ {{ get_batch_size() }} ;
/* get_seed_column_quoted_csv({'config': {}}, ['a', 'b']) */ {{ get_seed_column_quoted_csv({'config': {}}, ['a', 'b']) }} ;
/* get_seed_column_quoted_csv({'config': {'quote_columns': false}}, ['a', 'b']) */ {{ get_seed_column_quoted_csv({'config': {'quote_columns': false}}, ['a', 'b']) }} ;
/* _split_part_negative('a', "','", -1) */ {{ _split_part_negative('a', "','", -1) }} ;
/* generate_latest_version_pointer_alias(' x ', {'name': 'n'}) */ {{ generate_latest_version_pointer_alias(' x ', {'name': 'n'}) }} ;
/* generate_latest_version_pointer_alias(none, {'name': 'n'}) */ {{ generate_latest_version_pointer_alias(none, {'name': 'n'}) }} ;
/* get_create_index_sql(t, {'columns': ['a']}) if false */ {{ get_create_index_sql(t, {'columns': ['a']}) if false }} ;
/* get_show_sql('select 1', none, 5) */ {{ get_show_sql('select 1', none, 5) }} ;
/* get_limit_subquery_sql('select 1', 3) */ {{ get_limit_subquery_sql('select 1', 3) }} ;
/* default__get_limit_sql('select 1', none) */ {{ default__get_limit_sql('select 1', none) }} ;
/* get_where_subquery(t) */ {{ get_where_subquery(t) }} ;
/* get_test_sql('select 1', 'count()', '> 1', '!= 0', 5) */ {{ get_test_sql('select 1', 'count(*)', '> 1', '!= 0', 5) }} ;
/* default__get_test_sql('select 1', 'count()', '> 1', '!= 0', none) */ {{ default__get_test_sql('select 1', 'count(*)', '> 1', '!= 0', none) }} ;
/* is_incremental() */ {{ is_incremental() }} ;
/* should_full_refresh() */ {{ should_full_refresh() }} ;
/* should_store_failures() */ {{ should_store_failures() }} ;
/* partition_range('20240101', '%Y%m%d') */ {{ partition_range('20240101', '%Y%m%d') }} ;
/* dates_in_range('2024-01-01', '2024-01-03', '%Y-%m-%d', '%Y%m%d') */ {{ dates_in_range('2024-01-01', '2024-01-03', '%Y-%m-%d', '%Y%m%d') }} ;
/* py_current_timestring() | length */ {{ py_current_timestring() | length }} ;
/* convert_datetime('2024-01-01', '%Y-%m-%d') */ {{ convert_datetime('2024-01-01', '%Y-%m-%d') }} ;
{% endif %}
