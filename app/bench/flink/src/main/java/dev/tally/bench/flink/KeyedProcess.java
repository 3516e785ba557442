package dev.tally.bench.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The rolling sum as a program against Flink's DataStream API, as fast as we can write it. */
final class KeyedProcess {
  /** Both cores are busy as it is: source and sink have threads of their own. */
  static final int PARALLELISM = 1;

  /** Longer than a restart takes; the sink's default of an hour is more than brokers allow. */
  static final String TRANSACTION_TIMEOUT_MILLIS = "600000";

  private KeyedProcess() {}

  static void run(Flink.Topics topics, StreamExecutionEnvironment environment) throws Exception {
    // The watermark only expires keys, which no answer depends on.
    WatermarkStrategy<Sale> watermarks =
        WatermarkStrategy.<Sale>forBoundedOutOfOrderness(
                Duration.ofNanos(Window.OUT_OF_ORDER_NANOS))
            .withTimestampAssigner((sale, kafkaMillis) -> sale.epochNanos / 1_000_000);
    DataStream<Sale> sales = environment.fromSource(source(topics), watermarks, "sales");
    // One task holds all keys, hence what it reads is partitioned by key as it is: no exchange, no
    // serialising between operators, all of it one chain.
    KeyedStream<Sale, String> byCode =
        DataStreamUtils.reinterpretAsKeyedStream(sales, sale -> sale.code, Types.STRING);
    byCode.process(new RollingSum(), Types.POJO(Answer.class)).sinkTo(sink(topics));
    environment.execute("rolling-sum");
  }

  private static KafkaSource<Sale> source(Flink.Topics topics) {
    return KafkaSource.<Sale>builder()
        .setBootstrapServers(topics.bootstrapServers())
        .setTopics(topics.input())
        .setGroupId(topics.group())
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setProperty("isolation.level", "read_committed")
        // Few hand-overs between threads; the default polls 500. Tens of thousands fill the heap.
        .setProperty("max.poll.records", "5000")
        // As those of the other contestants.
        .setProperty("max.partition.fetch.bytes", Integer.toString(8 << 20))
        .setProperty("fetch.max.bytes", Integer.toString(64 << 20))
        .setDeserializer(new Deserializer())
        .build();
  }

  private static KafkaSink<Answer> sink(Flink.Topics topics) {
    return KafkaSink.<Answer>builder()
        .setBootstrapServers(topics.bootstrapServers())
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(topics.group())
        // Uses a few names in turn; by default each checkpoint makes brokers keep another.
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .setProperty("transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS)
        // Large batches; with the default of 16 KB requests are many.
        .setProperty("linger.ms", "5")
        .setProperty("batch.size", Integer.toString(256 << 10))
        .setProperty("buffer.memory", Long.toString(64 << 20))
        .setRecordSerializer(new Serializer(topics.output()))
        .build();
  }

  @SuppressWarnings("NullAway.Init") // open does it
  private static final class Deserializer implements KafkaRecordDeserializationSchema<Sale> {
    private static final long serialVersionUID = 1;

    private transient SaleReader reader;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      reader = new SaleReader();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Sale> sales) {
      sales.collect(reader.read(record.value()));
    }

    @Override
    public TypeInformation<Sale> getProducedType() {
      return Types.POJO(Sale.class);
    }
  }

  @SuppressWarnings("NullAway.Init") // open does it
  private static final class Serializer
      implements KafkaRecordSerializationSchema<Answer>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;

    private final String topic;
    private transient AnswerText text;

    Serializer(String topic) {
      this.topic = topic;
    }

    @Override
    public void open(
        SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
      text = new AnswerText();
    }

    /** Pooled names need it: a new process asks brokers for the open transactions of this topic. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
      return Optional.of(
          new DefaultKafkaDatasetFacet(
              DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic)), new Properties()));
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        Answer answer, KafkaSinkContext context, Long timestamp) {
      byte[] code = answer.code.getBytes(UTF_8);
      return new ProducerRecord<>(topic, code, text.of(code, answer.epochText, answer.sumMicros));
    }
  }
}
