package dev.tally.bench.flink;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * The distinct users of each minute as Flink's documentation of window aggregations leads to it.
 */
final class UsersSql {
  /**
   * The JSON format reads a number into a STRING as it stands, which takes both forms of ts. The
   * watermark of each partition is 5 s behind, as long as a minute stays open in tally.
   */
  private static final String INPUT =
      """
      CREATE TABLE frames (
        uid STRING,
        ts STRING,
        seen AS TO_TIMESTAMP_LTZ(CAST(ts AS BIGINT), 0),
        WATERMARK FOR seen AS seen - INTERVAL '5' SECOND
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
      CREATE TABLE users (
        `start` STRING,
        users BIGINT,
        frames BIGINT
      ) WITH (
        'connector' = 'kafka',
        'topic' = '%s',
        'properties.bootstrap.servers' = '%s',
        'properties.transaction.timeout.ms' = '%s',
        'sink.delivery-guarantee' = 'exactly-once',
        'sink.transactional-id-prefix' = '%s',
        'sink.transaction-naming-strategy' = 'POOLING',
        'key.format' = 'raw',
        'key.fields' = 'start',
        'value.format' = 'json'
      )""";

  private static final String COUNT =
      """
      INSERT INTO users
      SELECT DATE_FORMAT(window_start, 'yyyy-MM-dd HH:mm'), COUNT(DISTINCT uid), COUNT(*)
      FROM TABLE(TUMBLE(TABLE frames, DESCRIPTOR(seen), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end""";

  private UsersSql() {}

  static void run(Flink.Topics topics, StreamExecutionEnvironment environment) throws Exception {
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    tables.getConfig().set("table.local-time-zone", "UTC");
    // One minute's users are counted on all cores, by their hashes, and then added up.
    tables.getConfig().set("table.optimizer.distinct-agg.split.enabled", "true");
    tables.executeSql(INPUT.formatted(topics.input(), topics.bootstrapServers(), topics.group()));
    tables.executeSql(
        OUTPUT.formatted(
            topics.output(),
            topics.bootstrapServers(),
            KeyedProcess.TRANSACTION_TIMEOUT_MILLIS,
            topics.group()));
    tables.executeSql(COUNT).await();
  }
}
