select {{ function('double') }}(21) as a
