{{ config(on_schema_change='ignore') }}
{{ steps() }}
