{{ config(unique_key='id', on_schema_change='fail', incremental_strategy='append') }}
{{ columns_of_the_day() }}
