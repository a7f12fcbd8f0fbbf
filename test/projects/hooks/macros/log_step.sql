{% macro log_step(what) %}
insert into main.run_log values ('{{ what }}', '{{ this.name if this else 'none' }}', '{{ target.name }}')
{% endmacro %}
