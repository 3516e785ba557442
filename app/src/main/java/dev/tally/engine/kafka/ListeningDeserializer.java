package dev.tally.engine.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Learns of changes in the cluster. A consumer tells only the deserializer that it is given, not
 * one that is wrapped, so this must be the outermost.
 */
final class ListeningDeserializer<T> implements Deserializer<T>, ClusterResourceListener {
  private final Deserializer<T> deserializer;
  private final Runnable onNews;

  /**
   * Listens for a consumer.
   *
   * @param onNews runs in any thread of that consumer
   */
  ListeningDeserializer(Deserializer<T> deserializer, Runnable onNews) {
    this.deserializer = deserializer;
    this.onNews = onNews;
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    return deserializer.deserialize(topic, data);
  }

  @Override
  public T deserialize(String topic, Headers headers, ByteBuffer data) {
    return deserializer.deserialize(topic, headers, data);
  }

  @Override
  public void onUpdate(ClusterResource cluster) {
    onNews.run();
  }
}
