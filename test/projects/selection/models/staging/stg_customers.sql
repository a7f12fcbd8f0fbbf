{{ config(tags=['nightly', 'daily']) }} select * from {{ source('raw', 'customers') }}
