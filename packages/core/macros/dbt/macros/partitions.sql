{% macro convert_datetime(date_str, date_fmt) %}
  {% set message = "The provided partition date '" ~ date_str ~ "' does not match the expected format '" ~ date_fmt ~ "'" %}
  {{ return(try_or_compiler_error(message, modules.datetime.datetime.strptime, date_str.strip(), date_fmt)) }}
{% endmacro %}

{# Every day from the first to the last one, both included, as text of `out_fmt` or, without one, as datetimes. #}
{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt='%Y%m%d', out_fmt='%Y%m%d') %}
  {% set first = convert_datetime(start_date_str, in_fmt) %}
  {% set last = convert_datetime(start_date_str if end_date_str is none else end_date_str, in_fmt) %}
  {% if last < first %}
    {% do exceptions.raise_compiler_error('Partition start date is after the end date (' ~ first ~ ', ' ~ last ~ ')') %}
  {% endif %}
  {% set days = [] %}
  {% for step in range((last - first).days + 1) %}
    {% set day = first + modules.datetime.timedelta(days=step) %}
    {% do days.append(day.strftime(out_fmt) if out_fmt else day) %}
  {% endfor %}
  {{ return(days) }}
{% endmacro %}

{# `20240101` or `20240101,20240131`. #}
{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
  {% set ends = (raw_partition_date | string).split(',') %}
  {% if ends | length > 2 %}
    {% do exceptions.raise_compiler_error('Invalid partition time. Expected format: {Start Date}[,{End Date}]. Got: ' ~ raw_partition_date) %}
  {% endif %}
  {{ return(dates_in_range(ends[0], ends[1] if ends | length == 2 else none, in_fmt=date_fmt)) }}
{% endmacro %}

{% macro py_current_timestring() %}
  {{ return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) }}
{% endmacro %}
