{{ config(on_schema_change='append_new_columns') }}
{{ steps() }}
