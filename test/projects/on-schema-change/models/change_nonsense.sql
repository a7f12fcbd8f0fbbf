{{ config(on_schema_change='nonsense') }}
{{ steps() }}
