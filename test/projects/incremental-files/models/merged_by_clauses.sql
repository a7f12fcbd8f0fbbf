{{ config(
    unique_key='id', incremental_strategy='merge',
    merge_clauses={
        'when_matched': [
            {'action': 'delete', 'condition': 'DBT_INTERNAL_SOURCE.customer = 2'},
            {'action': 'do_nothing', 'condition': ['DBT_INTERNAL_SOURCE.customer = 1', 'DBT_INTERNAL_SOURCE.day = 3']},
            {'action': 'update', 'mode': 'explicit', 'update': {'include': ['note', 'day'], 'set_expressions': {'amount': '0'}}}
        ],
        'when_not_matched': [
            {'action': 'insert', 'mode': 'explicit', 'condition': 'DBT_INTERNAL_SOURCE.id % 2 = 0',
             'insert': {'columns': ['id', 'note'], 'values': ['DBT_INTERNAL_SOURCE.id', "'even'"]}},
            {'action': 'insert', 'mode': 'by_name'},
            {'action': 'delete', 'by': 'source', 'condition': 'DBT_INTERNAL_DEST.day < 2'}
        ]
    }
) }}
select * from {{ ref('orders') }}
