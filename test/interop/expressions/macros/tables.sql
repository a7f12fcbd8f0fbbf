{% macro initial(row) %}{{ return(row['name'][0]) }}{% endmacro %}
{% macro same(row) %}{{ return(row['id']) }}{% endmacro %}
{% macro dear(row) %}{{ return(row['price'] is not none and row['price'] > 2) }}{% endmacro %}
{% macro nothing(one) %}{{ return(none) }}{% endmacro %}
{% macro numbers(one) %}{{ return(run_query('select 1.5').column_types[0]) }}{% endmacro %}
{% macro total(table) %}{{ return(table.columns['id'].values() | sum * run_query('select 1.0').rows[0][0]) }}{% endmacro %}
{% macro doubled(table) %}
  {% set values = [] %}
  {% for row in table.rows %}{% do values.append(row['id'] * run_query('select 2.0').rows[0][0]) %}{% endfor %}
  {{ return(values) }}
{% endmacro %}
{% macro large(facts) %}{{ return(facts['n'] > 2) }}{% endmacro %}
{% macro fresh(missing) %}{{ return([9, missing[0], none, none, none]) }}{% endmacro %}
