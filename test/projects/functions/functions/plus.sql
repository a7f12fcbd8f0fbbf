select {{ function('double') }}(a) + step
