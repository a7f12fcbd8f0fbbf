{{ config(location='lake/' ~ this.name ~ '.csv.gz') }}
select * from {{ ref('base') }}
