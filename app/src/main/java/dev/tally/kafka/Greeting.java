package dev.tally.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A broker's answer to the question which brokers there are. It is asked in the oldest versions of
 * the protocol, which every release understands.
 *
 * @param brokers the addresses it sends clients on to; empty if it tells only clients that have
 *     authenticated
 */
record Greeting(List<Diagnosis.Address> brokers) {
  private static final int METADATA = 3;
  private static final int METADATA_VERSION = 1;
  private static final int API_VERSIONS = 18;
  private static final int API_VERSIONS_VERSION = 0;
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  /** Asks; empty if the other end does not speak Kafka's protocol. */
  static Optional<Greeting> exchange(Socket socket) throws IOException {
    try {
      // This is answered even before a client has authenticated.
      if (ask(socket, API_VERSIONS, API_VERSIONS_VERSION, false) == null) {
        return Optional.empty();
      }
    } catch (EOFException | SocketException e) {
      return Optional.empty();
    }
    try {
      DataInputStream answer = ask(socket, METADATA, METADATA_VERSION, true);
      return Optional.of(new Greeting(answer == null ? List.of() : brokers(answer)));
    } catch (EOFException | SocketException e) {
      return Optional.of(new Greeting(List.of()));
    }
  }

  /**
   * Asks one question; null if what comes back is no answer to it.
   *
   * @param noTopics whether the question ends with an empty list of topics
   */
  private static @Nullable DataInputStream ask(
      Socket socket, int api, int version, boolean noTopics) throws IOException {
    ByteArrayOutputStream question = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(question);
    out.writeShort(api);
    out.writeShort(version);
    out.writeInt(api); // identifies the question, and comes back with the answer
    out.writeUTF("tally-diagnosis");
    if (noTopics) {
      out.writeInt(0);
    }
    DataOutputStream wire = new DataOutputStream(socket.getOutputStream());
    ByteArrayOutputStream sized = new ByteArrayOutputStream();
    new DataOutputStream(sized).writeInt(question.size());
    question.writeTo(sized);
    wire.write(sized.toByteArray());
    wire.flush();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int bytes = in.readInt();
    if (bytes < 4 || bytes > ANSWER_BYTES_MAX) {
      return null;
    }
    DataInputStream answer = new DataInputStream(new ByteArrayInputStream(in.readNBytes(bytes)));
    return answer.readInt() == api ? answer : null;
  }

  private static List<Diagnosis.Address> brokers(DataInputStream answer) throws IOException {
    List<Diagnosis.Address> brokers = new ArrayList<>();
    for (int left = answer.readInt(); left > 0; left--) {
      answer.readInt(); // the node's id
      String host = answer.readUTF();
      brokers.add(new Diagnosis.Address(host, answer.readInt()));
      int rackBytes = answer.readShort(); // -1 for none
      answer.skipNBytes(Math.max(0, rackBytes));
    }
    return brokers;
  }
}
