def model(dbt, session):
    first = dbt.ref("versioned", v=1)
    second = dbt.ref("versioned", version=2)
    return first.union(second)
