{% macro shout(word, times=1, mark='!') %}{{ word ~ mark * times }}{% endmacro %}
{% macro default__shout_there() %}there{% endmacro %}
{% macro names(row) %}{{ return(row) }}{% endmacro %}
