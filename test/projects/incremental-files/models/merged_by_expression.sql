{{ config(
    unique_key='id', incremental_strategy='merge',
    merge_update_set_expressions={'amount': 'DBT_INTERNAL_DEST.amount + DBT_INTERNAL_SOURCE.amount', 'note': "upper(DBT_INTERNAL_SOURCE.note)"}
) }}
select * from {{ ref('orders') }}
