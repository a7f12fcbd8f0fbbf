select sum(amount) as amount from {{ ref('versioned') }}
