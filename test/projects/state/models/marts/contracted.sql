select id, amount::decimal(10,2) as amount from {{ ref("plain") }}
