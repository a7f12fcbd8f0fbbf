select number, command, committed_at, published from eider.builds order by number desc limit 3;
select place, airport, city, departures, arrivals from dev_gold.busiest_airports order by place limit 5;
select airport, departure_hour, flights, on_time_percent from dev_gold.best_hour_to_leave order by flights desc limit 5;
