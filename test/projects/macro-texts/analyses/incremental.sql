{%- if execute -%}
{%- set t = api.Relation.create(database='macro_texts', schema='main', identifier='base', type='table') -%}
{%- set s = api.Relation.create(schema='main', identifier='source', type='view') -%}
{%- set a = api.Column('id', 'INTEGER') -%}{%- set b = api.Column('v', 'VARCHAR') -%}{%- set c = api.Column('v', 'INTEGER') -%}{%- set d = api.Column('new', 'DATE') -%}
/* get_quoted_csv(['a', 'b c']) */ {{ get_quoted_csv(['a', 'b c']) }} ;
/* get_merge_sql(t, s, 'id', [a, b]) */ {{ get_merge_sql(t, s, 'id', [a, b]) }} ;
/* default__get_merge_sql(t, s, 'id', [a, b]) */ {{ default__get_merge_sql(t, s, 'id', [a, b]) }} ;
/* default__get_merge_sql(t, s, ['id', 'v'], [a, b], ['x > 1']) */ {{ default__get_merge_sql(t, s, ['id', 'v'], [a, b], ['x > 1']) }} ;
/* default__get_merge_sql(t, s, none, [a, b]) */ {{ default__get_merge_sql(t, s, none, [a, b]) }} ;
/* get_delete_insert_merge_sql(t, s, 'id', [a, b], none) */ {{ get_delete_insert_merge_sql(t, s, 'id', [a, b], none) }} ;
/* get_delete_insert_merge_sql(t, s, ['id', 'v'], [a, b], ['x > 1', 'y']) */ {{ get_delete_insert_merge_sql(t, s, ['id', 'v'], [a, b], ['x > 1', 'y']) }} ;
/* get_delete_insert_merge_sql(t, s, none, [a, b], none) */ {{ get_delete_insert_merge_sql(t, s, none, [a, b], none) }} ;
/* default__get_delete_insert_merge_sql(t, s, 'id', [a, b], ['x > 1']) */ {{ default__get_delete_insert_merge_sql(t, s, 'id', [a, b], ['x > 1']) }} ;
/* default__get_delete_insert_merge_sql(t, s, ['id', 'v'], [a, b], none) */ {{ default__get_delete_insert_merge_sql(t, s, ['id', 'v'], [a, b], none) }} ;
/* get_insert_overwrite_merge_sql(t, s, [a, b], none) */ {{ get_insert_overwrite_merge_sql(t, s, [a, b], none) }} ;
/* get_insert_overwrite_merge_sql(t, s, [a, b], ['x', 'y'], true) */ {{ get_insert_overwrite_merge_sql(t, s, [a, b], ['x', 'y'], true) }} ;
/* get_insert_into_sql(t, s, [a, b]) */ {{ get_insert_into_sql(t, s, [a, b]) }} ;
/* get_merge_update_columns(none, none, [a, b]) */ {{ get_merge_update_columns(none, none, [a, b]) }} ;
/* get_merge_update_columns(['v'], none, [a, b]) */ {{ get_merge_update_columns(['v'], none, [a, b]) }} ;
/* get_merge_update_columns(none, ['ID'], [a, b]) */ {{ get_merge_update_columns(none, ['ID'], [a, b]) }} ;
/* get_merge_unique_key_match('a.x', 'b.x') */ {{ get_merge_unique_key_match('a.x', 'b.x') }} ;
/* get_incremental_append_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b]}) */ {{ get_incremental_append_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b]}) }} ;
/* get_incremental_default_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b], 'unique_key': 'id', 'incremental_predicates': none}) */ {{ get_incremental_default_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b], 'unique_key': 'id', 'incremental_predicates': none}) }} ;
/* get_incremental_delete_insert_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a], 'unique_key': 'id', 'incremental_predicates': ['p']}) */ {{ get_incremental_delete_insert_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a], 'unique_key': 'id', 'incremental_predicates': ['p']}) }} ;
/* get_incremental_merge_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b], 'unique_key': 'id', 'incremental_predicates': 'p'}) */ {{ get_incremental_merge_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a, b], 'unique_key': 'id', 'incremental_predicates': 'p'}) }} ;
/* get_incremental_insert_overwrite_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a], 'incremental_predicates': none}) */ {{ get_incremental_insert_overwrite_sql({'target_relation': t, 'temp_relation': s, 'dest_columns': [a], 'incremental_predicates': none}) }} ;
/* incremental_validate_on_schema_change('fail') */ {{ incremental_validate_on_schema_change('fail') }} ;
/* incremental_validate_on_schema_change('x', 'append_new_columns') */ {{ incremental_validate_on_schema_change('x', 'append_new_columns') }} ;
/* diff_columns([a, d], [a, b]) */ {{ diff_columns([a, d], [a, b]) }} ;
/* diff_columns([a], [a]) */ {{ diff_columns([a], [a]) }} ;
/* diff_column_data_types([a, b], [a, c]) */ {{ diff_column_data_types([a, b], [a, c]) }} ;
/* duckdb__merge_join_clause('id', [], none) */ {{ duckdb__merge_join_clause('id', [], none) }} ;
/* duckdb__merge_join_clause(['a', 'b'], none, ['p']) */ {{ duckdb__merge_join_clause(['a', 'b'], none, ['p']) }} ;
/* duckdb__merge_join_clause(none, ['a', 'b'], ['p', 'q']) */ {{ duckdb__merge_join_clause(none, ['a', 'b'], ['p', 'q']) }} ;
/* duckdb__merge_join_clause(none, [], none) */ {{ duckdb__merge_join_clause(none, [], none) }} ;
/* merge_clause_defaults('c', none) */ {{ merge_clause_defaults('c', none) }} ;
/* normalize_string_or_list('a', 'f') */ {{ normalize_string_or_list('a', 'f') }} ;
/* normalize_string_or_list(['a'], 'f') */ {{ normalize_string_or_list(['a'], 'f') }} ;
/* normalize_string_or_list(none, 'f') */ {{ normalize_string_or_list(none, 'f') }} ;
/* check_for_schema_changes(t, t).schema_changed */ {{ check_for_schema_changes(t, t).schema_changed }} ;
/* process_schema_changes('ignore', t, t) */ {{ process_schema_changes('ignore', t, t) }} ;
/* process_schema_changes('fail', t, t) */ {{ process_schema_changes('fail', t, t) }} ;
{% endif %}
