{%- if execute -%}
{%- set t = api.Relation.create(database='macro_texts', schema='main', identifier='base', type='table') -%}
{%- set s = api.Relation.create(schema='main', identifier='source', type='view') -%}
{%- set a = api.Column('id', 'INTEGER') -%}{%- set b = api.Column('v', 'VARCHAR') -%}{%- set c = api.Column('v', 'INTEGER') -%}{%- set d = api.Column('new', 'DATE') -%}
/* get_snapshot_table_column_names() */ {{ get_snapshot_table_column_names() }} ;
/* get_true_sql() */ {{ get_true_sql() }} ;
/* unique_key_fields('id') */ {{ unique_key_fields('id') }} ;
/* unique_key_fields(['a', 'b']) */ {{ unique_key_fields(['a', 'b']) }} ;
/* unique_key_join_on('id', 'x', 'y') */ {{ unique_key_join_on('id', 'x', 'y') }} ;
/* unique_key_join_on(['a', 'b'], 'x', 'y') */ {{ unique_key_join_on(['a', 'b'], 'x', 'y') }} ;
/* unique_key_is_null('id', 'x') */ {{ unique_key_is_null('id', 'x') }} ;
/* unique_key_is_null(['a'], 'x') */ {{ unique_key_is_null(['a'], 'x') }} ;
/* unique_key_is_not_null('id', 'x') */ {{ unique_key_is_not_null('id', 'x') }} ;
/* unique_key_is_not_null(['a', 'b'], 'x') */ {{ unique_key_is_not_null(['a', 'b'], 'x') }} ;
/* snapshot_hash_arguments(['a', 'b']) */ {{ snapshot_hash_arguments(['a', 'b']) }} ;
/* snapshot_string_as_time('2024-01-01') */ {{ snapshot_string_as_time('2024-01-01') }} ;
/* snapshot_get_time() */ {{ snapshot_get_time() }} ;
/* build_snapshot_table({'scd_id': 'scd', 'updated_at': 'upd', 'hard_deletes': 'ignore'}, 'select 1') */ {{ build_snapshot_table({'scd_id': 'scd', 'updated_at': 'upd', 'hard_deletes': 'ignore'}, 'select 1') }} ;
/* build_snapshot_table({'scd_id': 'scd', 'updated_at': 'upd', 'hard_deletes': 'new_record'}, 'select 1') */ {{ build_snapshot_table({'scd_id': 'scd', 'updated_at': 'upd', 'hard_deletes': 'new_record'}, 'select 1') }} ;
/* snapshot_staging_table({'unique_key': 'id', 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'ignore'}, 'select 1 as id', t) */ {{ snapshot_staging_table({'unique_key': 'id', 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'ignore'}, 'select 1 as id', t) }} ;
/* snapshot_staging_table({'unique_key': 'id', 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'invalidate'}, 'select 1 as id', t) */ {{ snapshot_staging_table({'unique_key': 'id', 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'invalidate'}, 'select 1 as id', t) }} ;
/* snapshot_staging_table({'unique_key': ['id', 'v'], 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'new_record'}, 'select 1 as id, 2 as other', t) */ {{ snapshot_staging_table({'unique_key': ['id', 'v'], 'scd_id': 'scd', 'updated_at': 'upd', 'row_changed': '(changed)', 'hard_deletes': 'new_record'}, 'select 1 as id, 2 as other', t) }} ;
/* snapshot_merge_sql(t, s, ['a', 'b']) */ {{ snapshot_merge_sql(t, s, ['a', 'b']) }} ;
/* default__snapshot_merge_sql(t, s, ['a', 'b']) */ {{ default__snapshot_merge_sql(t, s, ['a', 'b']) }} ;
/* get_dbt_valid_to_current({'updated_at': 'upd'}, get_snapshot_table_column_names()) */ {{ get_dbt_valid_to_current({'updated_at': 'upd'}, get_snapshot_table_column_names()) }} ;
/* get_snapshot_get_time_data_type() */ {{ get_snapshot_get_time_data_type() }} ;
/* get_updated_at_column_data_type('select 1 as dbt_updated_at') */ {{ get_updated_at_column_data_type('select 1 as dbt_updated_at') }} ;
/* get_updated_at_column_data_type('select 1 as a') */ {{ get_updated_at_column_data_type('select 1 as a') }} ;
/* strategy_dispatch('check') is callable */ {{ strategy_dispatch('check') is callable }} ;
{% endif %}
