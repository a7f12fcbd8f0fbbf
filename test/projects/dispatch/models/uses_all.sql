{{ config(materialized='table') }}
{%- set ns = namespace(total=0) -%}
{%- for c in column_list() -%}{%- set ns.total = ns.total + loop.index -%}{%- endfor -%}
{%- set literal -%}'from a set block'{%- endset -%}
select
    {{ year_of('d') }} as y,
    {{ only_default('a') }} as a_plus,
    {{ fields('a', 'b', suffix='_renamed') }},
    {% call(x) wrapped('wrapped_value') %}select '{{ x }}'{% endcall %},
    [{{ countdown(4) }}] as countdown,
    {{ ns.total }} as total,
    {{ literal }} as literal,
    {{ column_list() | join(' + ') }} as added
from {{ ref('raw') }}
