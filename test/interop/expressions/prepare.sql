create schema if not exists shop;
create or replace table shop.other (id integer, name varchar, price decimal(10, 2), "Odd Name" date, flag boolean, "at" timestamp, list integer[], pair struct(a varchar, b decimal(4, 1)));
create or replace view shop.seen as select id, name from shop.other;
create or replace table shop.narrow (id bigint, note varchar);
create or replace table main."Events" (id integer, kind varchar);
create or replace table shop.subject (id integer)
