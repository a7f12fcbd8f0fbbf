select symbol, name, currency from {{ source('market', 'instruments') }}
