select {{ function('broken') }}(1) as a
