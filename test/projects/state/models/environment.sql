{{ config(schema=env_var('STATE_SCHEMA', 'other')) }}
select 1 as id
