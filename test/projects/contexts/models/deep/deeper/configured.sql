{{ config(tags=['in_sql'], meta={'level': 'sql', 'extra': 1}, another='x') }}
select
    '{{ config.get("my_own_key") }}' as own_key,
    '{{ config.get("absent", "default") }}' as absent,
    '{{ config.get("absent") }}' as none_text,
    '{{ config.require("another") }}' as required,
    '{{ model.tags | sort | join(",") }}' as tags,
    '{{ tojson(model.config.meta, sort_keys=true) }}' as meta,
    '{{ model.name }}|{{ model.alias }}|{{ model.resource_type }}|{{ model.fqn | join(".") }}|{{ model.package_name }}|{{ model.path }}|{{ model.original_file_path }}|{{ model.unique_id }}' as model,
    '{{ model.description }}' as description
