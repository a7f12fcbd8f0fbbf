select day, symbol, open, close, volume
from {{ source('market', 'quotes') }}
