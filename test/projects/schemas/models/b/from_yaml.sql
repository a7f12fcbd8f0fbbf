select "Upper" from {{ ref("quoted") }}
