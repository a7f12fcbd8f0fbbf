select a + 1 as a from {{ ref('numbers') }}
