package dev.tally.bench.flink;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** The rolling sum as Flink's documentation of OVER aggregations leads to it. */
final class Sql {
  static final int PARALLELISM = 2;

  /**
   * TIMESTAMP_LTZ(3), the finest rowtime there is, orders by milliseconds; the answer's Epoch is
   * InvoiceDate itself, exact to the microsecond. SQL answers rows of one key and one millisecond
   * together, each with the sum of all of them; the workload has none such.
   *
   * <p>The watermark takes rows for ordered within their partition, as the workload's are without
   * disorder: it stays a millisecond behind, so that another row of the same millisecond is not
   * late. Rows out of order are dropped as late. Each partition has its own watermark and the
   * lowest counts, hence the newest rows of the other partitions are answered when that one goes
   * on; of a topic that has ended, some few never are.
   */
  private static final String INPUT =
      """
      CREATE TABLE sales (
        StockCode STRING,
        Quantity INT,
        Price DECIMAL(10, 3),
        InvoiceDate DECIMAL(16, 6),
        ts AS TO_TIMESTAMP_LTZ(CAST(InvoiceDate * 1000 AS BIGINT), 3),
        WATERMARK FOR ts AS ts - INTERVAL '0.001' SECOND
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'properties.group.id' = '%s',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'format' = 'json'
      )""";

  private static final String OUTPUT =
      """
      CREATE TABLE answers (
        StockCode STRING,
        Epoch DECIMAL(16, 6),
        `10minutesSum` DECIMAL(38, 3)
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'properties.transaction.timeout.ms' = '%s',
        'sink.delivery-guarantee' = 'exactly-once',
        'sink.transactional-id-prefix' = '%s',
        'sink.transaction-naming-strategy' = 'POOLING',
        'key.format' = 'raw',
        'key.fields' = 'StockCode',
        'value.format' = 'json',
        'value.json.encode.decimal-as-plain-number' = 'true'
      )""";

  private static final String ROLLING_SUM =
      """
      INSERT INTO answers
      SELECT StockCode, InvoiceDate, SUM(Price * Quantity) OVER (
        PARTITION BY StockCode ORDER BY ts
        RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW)
      FROM sales""";

  private Sql() {}

  static void run(Flink.Topics topics, StreamExecutionEnvironment environment) throws Exception {
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    // A partition without rows holds up the others no longer than this.
    tables.getConfig().set("table.exec.source.idle-timeout", "1 s");
    tables.executeSql(INPUT.formatted(topics.input(), topics.bootstrapServers(), topics.group()));
    tables.executeSql(
        OUTPUT.formatted(
            topics.output(),
            topics.bootstrapServers(),
            KeyedProcess.TRANSACTION_TIMEOUT_MILLIS,
            topics.group()));
    tables.executeSql(ROLLING_SUM).await();
  }
}
