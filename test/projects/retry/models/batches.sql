{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', begin='2024-01-01', batch_size='day') }}
{% if model.batch is not none and model.batch.id == var('broken') %}select day, no_such_column as i
{%- else %}select day, i{% endif %} from {{ ref('days') }}
