select * from shop.loaded.big_orders where id > 7
