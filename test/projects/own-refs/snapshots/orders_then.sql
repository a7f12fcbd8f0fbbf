{% snapshot orders_then %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select *, timestamp '2026-01-01' as changed from {{ ref('orders') }}
{% endsnapshot %}
