{% macro copy_grants() -%}
  {{ return(adapter.dispatch('copy_grants', 'dbt')()) }}
{%- endmacro %}

{% macro default__copy_grants() -%}
  {{ return(true) }}
{%- endmacro %}

{% macro support_multiple_grantees_per_dcl_statement() -%}
  {{ return(adapter.dispatch('support_multiple_grantees_per_dcl_statement', 'dbt')()) }}
{%- endmacro %}

{% macro default__support_multiple_grantees_per_dcl_statement() -%}
  {{ return(true) }}
{%- endmacro %}

{# Whether a relation may carry grants of before: one that is written into does, one that is replaced perhaps. #}
{% macro should_revoke(existing_relation, full_refresh_mode=true) -%}
  {{ return((copy_grants() if full_refresh_mode else true) if existing_relation else false) }}
{%- endmacro %}

{% macro get_show_grant_sql(relation) -%}
  {{ return(adapter.dispatch('get_show_grant_sql', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__get_show_grant_sql(relation) -%}
  show grants on {{ relation.render() }}
{%- endmacro %}

{% macro get_grant_sql(relation, privilege, grantees) -%}
  {{ return(adapter.dispatch('get_grant_sql', 'dbt')(relation, privilege, grantees)) }}
{%- endmacro %}

{% macro default__get_grant_sql(relation, privilege, grantees) -%}
  grant {{ privilege }} on {{ relation.render() }} to {{ grantees | join(', ') }}
{%- endmacro %}

{% macro get_revoke_sql(relation, privilege, grantees) -%}
  {{ return(adapter.dispatch('get_revoke_sql', 'dbt')(relation, privilege, grantees)) }}
{%- endmacro %}

{% macro default__get_revoke_sql(relation, privilege, grantees) -%}
  revoke {{ privilege }} on {{ relation.render() }} from {{ get_quoted_csv(grantees) }}
{%- endmacro %}

{# One statement a privilege, or one a privilege and grantee. #}
{% macro get_dcl_statement_list(relation, grant_config, get_dcl_macro) -%}
  {{ return(adapter.dispatch('get_dcl_statement_list', 'dbt')(relation, grant_config, get_dcl_macro)) }}
{%- endmacro %}

{% macro default__get_dcl_statement_list(relation, grant_config, get_dcl_macro) -%}
  {%- set statements = [] -%}
  {%- for privilege, grantees in grant_config.items() if grantees -%}
    {%- set groups = [grantees] if support_multiple_grantees_per_dcl_statement() else grantees | batch(1) -%}
    {%- for group in groups -%}
      {%- do statements.append(get_dcl_macro(relation, privilege, group)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(statements) }}
{%- endmacro %}

{% macro call_dcl_statements(dcl_statement_list) -%}
  {{ return(adapter.dispatch('call_dcl_statements', 'dbt')(dcl_statement_list)) }}
{%- endmacro %}

{% macro default__call_dcl_statements(dcl_statement_list) -%}
  {% call statement('grants') %}
    {% for one in dcl_statement_list %}
      {{ one }};
    {% endfor %}
  {% endcall %}
{%- endmacro %}

{% macro apply_grants(relation, grant_config, should_revoke) -%}
  {{ return(adapter.dispatch('apply_grants', 'dbt')(relation, grant_config, should_revoke)) }}
{%- endmacro %}

{% macro default__apply_grants(relation, grant_config, should_revoke=true) -%}
  {%- if grant_config -%}
    {%- set now = adapter.standardize_grants_dict(run_query(get_show_grant_sql(relation))) if should_revoke else {} -%}
    {%- set missing = diff_of_two_dicts(grant_config, now) if should_revoke else grant_config -%}
    {%- set extra = diff_of_two_dicts(now, grant_config) if should_revoke else {} -%}
    {%- if not missing and not extra -%}
      {%- do log('On ' ~ relation.render() ~ ': All grants are in place, no revocation or granting needed.') -%}
    {%- endif -%}
    {%- set statements = get_dcl_statement_list(relation, extra, get_revoke_sql)
      + get_dcl_statement_list(relation, missing, get_grant_sql) -%}
    {%- if statements -%}
      {{ call_dcl_statements(statements) }}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
