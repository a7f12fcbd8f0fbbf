select null as only_null, null::integer as typed_null
