{% snapshot by_time %}
{{ config(strategy='timestamp', unique_key='id', updated_at='seen_at') }}
select * from {{ ref('people_today') }}
{% endsnapshot %}

{% snapshot by_check %}
{{ config(strategy='check', unique_key="id || '-' || part", check_cols=['name', 'city'], target_schema='old_style', invalidate_hard_deletes=true) }}
select * exclude (seen_at) from {{ ref('people_today') }}
{% endsnapshot %}

{% snapshot by_expression %}
{{ config(strategy='check', check_cols=['name'], unique_key='id', updated_at="greatest(seen_at, timestamp '2024-01-02')", hard_deletes='new_record', post_hook='select 1') }}
select id, name, seen_at from {{ ref('people_today') }}
{% endsnapshot %}

{% snapshot by_date %}
{{ config(strategy='timestamp', unique_key='id', updated_at='seen_on') }}
select id, name, cast(seen_at as date) as seen_on from {{ ref('people_today') }} where part = 'a'
{% endsnapshot %}
