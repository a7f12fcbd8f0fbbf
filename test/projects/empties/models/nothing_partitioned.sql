{{ config(options={'partition_by': 'label', 'overwrite': true}) }}
select id, label from {{ ref('nothing') }}
