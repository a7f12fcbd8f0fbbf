{% test holds(model, wanted) %}select * from {{ model }} where {{ wanted }} = 1{% endtest %}
