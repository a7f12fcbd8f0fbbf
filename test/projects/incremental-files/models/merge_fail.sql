{{ config(unique_key='id', on_schema_change='fail', incremental_strategy='merge') }}
{{ columns_of_the_day() }}
