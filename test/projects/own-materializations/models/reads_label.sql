select label, count(*) as n from {{ ref('labelled_rows') }} group by label
