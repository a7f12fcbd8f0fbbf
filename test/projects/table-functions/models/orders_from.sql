{{ config(materialized='table_function', parameters=['low', 'high := 1000'], pre_hook="create table if not exists main.calls (what varchar)", post_hook="insert into main.calls values ('made')") }}
select * from {{ ref('orders') }} where amount between low and high
