{{ config(materialized='stamped', post_hook="insert into {{ this }} values (99, 'hook', 'by a hook')") }}
select id, name from {{ ref('raw') }}
