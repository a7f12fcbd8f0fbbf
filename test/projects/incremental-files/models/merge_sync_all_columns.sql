{{ config(unique_key='id', on_schema_change='sync_all_columns', incremental_strategy='merge') }}
{{ columns_of_the_day() }}
