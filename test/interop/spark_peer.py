"""Spark with Delta Lake, one session for many jobs: a JSON job a line on standard input, a JSON answer a line on standard output. `sql` runs statements in turn;
`rows` writes what a query gives as one Parquet file into the folder `to`; `table` makes a table of `columns`, [name, type,
what generates it], in a folder, for which Spark's SQL has no words. An answer is {} or {"error": text}. Arguments: jars, a folder for what Spark keeps."""
import json
import os
import sys

from pyspark.sql import SparkSession

jars, folder = sys.argv[1:]
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
# What Spark itself prints must not come between the answers.
os.dup2(2, 1)

settings = {
    "spark.jars": jars,
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.warehouse.dir": os.path.join(folder, "warehouse"),
    "spark.local.dir": os.path.join(folder, "spark"),
    "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder} -Xss4m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
}
builder = SparkSession.builder.master("local[2]").appName("delta")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")


def make_table(folder, columns):
    tables = spark._jvm.io.delta.tables.DeltaTable
    builder = tables.create(spark._jsparkSession).location(folder)
    for name, kind, generation in columns:
        column = tables.columnBuilder(spark._jsparkSession, name).dataType(kind)
        if generation == "identity":
            column = column.generatedAlwaysAsIdentity()
        elif generation is not None:
            column = column.generatedAlwaysAs(generation)
        builder = builder.addColumn(column.build())
    builder.execute()


def run(job):
    if "table" in job:
        make_table(job["table"], job["columns"])
    elif "sql" in job:
        for statement in job["sql"]:
            spark.sql(statement).collect()
    else:
        # Rows for others have plain times; the tables that Spark makes keep its default, INT96.
        spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        try:
            spark.sql(job["rows"]).coalesce(1).write.mode("overwrite").parquet(job["to"])
        finally:
            spark.conf.unset("spark.sql.parquet.outputTimestampType")
    return {}


for line in sys.stdin:
    try:
        answer = run(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {str(error)[:600]}"}
    answers.write(json.dumps(answer) + "\n")
spark.stop()
